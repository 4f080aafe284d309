import { readFileSync } from 'node:fs'

/** @throws Error when the file is not a JSON object of texts */
export function readSecrets(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {}
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${file} must hold a JSON object: {"NAME": "value"}.`)
  }
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => {
      if (typeof value !== 'string') throw new Error(`${file}: the value of ${name} must be text.`)
      return [name, value]
    })
  )
}
