import { build } from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Parts of dependencies that the hook never reaches: client-node's generated API (only KubeConfig is used), and the HTTP client of @actions/core.
 * Told that they have no side effects, esbuild leaves them out.
 */
const dropUnused = {
  name: 'drop-unused',
  setup: builder => {
    const again = Symbol('again')
    builder.onResolve({ filter: /^@kubernetes\/client-node$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === again) return undefined
      return { ...(await builder.resolve(path, { resolveDir, kind, pluginData: again })), sideEffects: false }
    })
    // Its files name each other with their extensions. To ask esbuild for each of the thousands would take ten times as long as the bundle.
    builder.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes('/client-node/dist/') ? { path: join(resolveDir, path), sideEffects: false } : undefined
    )
    builder.onResolve({ filter: /^(@actions\/http-client|@actions\/exec|undici)(\/|$)/ }, ({ path }) => ({
      path,
      namespace: 'unused',
      sideEffects: false
    }))
    builder.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: '' }))
  }
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  conditions: ['source'],
  legalComments: 'none',
  logLevel: 'error'
}

// A program of its own, seventy times smaller than the hook: each sync starts it. It travels inside the hook, which stays one file.
const agent = await build({ ...common, entryPoints: ['src/agent-main.ts'], write: false })

await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/index.js',
  keepNames: true,
  define: { AGENT_PROGRAM: JSON.stringify(agent.outputFiles[0].text) },
  // node-fetch asks for it in a try block; without it only exotic charsets are missing.
  external: ['encoding'],
  plugins: [dropUnused]
})
// The package is a module; the bundle is not. Both files ship together.
await mkdir('dist', { recursive: true })
await writeFile('dist/package.json', '{"type":"commonjs"}\n')
