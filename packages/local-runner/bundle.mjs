// node bundle.mjs [FOLDER]: one CommonJS file for the runner's own Node 20, in dist/ unless said otherwise. The bundler
// reads the JSON of the workflow parser, which Node 20 cannot import.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = path => fileURLToPath(new URL(path, import.meta.url))
const folder = process.argv[2] ?? here('dist')

await build({
  entryPoints: [here('src/main.ts')],
  outfile: join(folder, 'index.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  conditions: ['source'],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning'
})
writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n')
