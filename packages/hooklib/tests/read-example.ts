import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../../../examples/hook-input/', import.meta.url))

/** Text of `examples/hook-input/<name>.json`. */
export function readExample(name: string): string {
  return readFileSync(`${directory}${name}.json`, 'utf8')
}

export function listExamples(): string[] {
  return readdirSync(directory).map(file => file.replace(/\.json$/, ''))
}
