import { build } from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

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

/** Where the bundle goes; tests of the program name a folder of their own. */
const [folder = 'dist'] = process.argv.slice(2)

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

/** Its errors are told apart by their class: there must be one of it. */
const sharedModule = '@k8s-hooks/hooklib'

/**
 * What few hooks need makes up most of the code: what builds an action's image, client-node outside of the cluster, YAML where there is a hook template.
 * Node reads through all code of a file before its first line runs. As a packed string that is compiled when it is asked for, it costs the others nothing.
 */
const compileLater = {
  name: 'compile-later',
  setup: builder => {
    const again = Symbol('again')
    builder.onResolve(
      { filter: /(\/kubeconfig-access\.ts|\/image-of-step\.ts|^yaml)$/ },
      async ({ path, resolveDir, kind, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === again) return undefined
        const found = await builder.resolve(path, { resolveDir, kind, pluginData: again })
        return { path: found.path, namespace: 'later' }
      }
    )
    builder.onLoad({ filter: /.*/, namespace: 'later' }, async ({ path }) => {
      const text = await textOf(path, { external: ['encoding', sharedModule], plugins: [compileLater, dropUnused] })
      return { resolveDir: dirname(path), contents: compiledFrom(brotliCompressSync(text).toString('base64')) }
    })
  }
}

const compiledFrom = packed => `
  const text = require('node:zlib').brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString()
  const program = require('node:vm').compileFunction(text, ['require', 'module', 'exports'])
  const shared = require('${sharedModule}')
  program(name => (name === '${sharedModule}' ? shared : require(name)), module, exports)
`

const textOf = async (entryPoint, options) =>
  (await build({ ...common, ...options, entryPoints: [entryPoint], write: false })).outputFiles[0].text

// A program of its own, thirty times smaller than the hook: each sync starts it. It travels inside the hook, which stays one file.
const agent = await textOf('src/agent-main.ts')

await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outfile: join(folder, 'index.js'),
  keepNames: true,
  define: { AGENT_PROGRAM: JSON.stringify(agent) },
  // node-fetch asks for it in a try block; without it only exotic charsets are missing.
  external: ['encoding'],
  plugins: [compileLater, dropUnused]
})
// The package is a module; the bundle is not. Both files ship together.
await mkdir(folder, { recursive: true })
await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n')
