import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BytePath } from './byte-path.ts'
import { readFields } from './read-fields.ts'

/**
 * What one end knew to be the same at both ends after the last sync: each path with the signature it had here.
 * The other end keeps one with the same id and signatures of its own.
 */
export interface Baseline {
  readonly id: string
  readonly entries: Map<BytePath, string>
}

export const emptyBaseline = (id: string = randomUUID()): Baseline => ({ id, entries: new Map() })

const title = 'k8s-hooks baseline 1'

/** undefined when there is none, or none that can be read: then everything is sent anew. */
export function readBaseline(file: string): Baseline | undefined {
  const fields = readFields(file)
  const next = (): string | undefined => fields.next().value ?? undefined
  if (next() !== title) return undefined
  const id = next()
  const count = next()
  const entries = new Map<BytePath, string>()
  for (let path = next(); path !== undefined; path = next()) {
    const signature = next()
    if (signature !== undefined) entries.set(path, signature)
  }
  return id === undefined || entries.size !== Number(count) ? undefined : { id, entries }
}

/** Replaces the file in one go; its directory is made when absent. */
export function writeBaseline(file: string, { id, entries }: Baseline): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${randomUUID()}`
  const descriptor = openSync(draft, 'wx', 0o600)
  try {
    let text = `${title}\0${id}\0${entries.size}\0`
    for (const [path, signature] of entries) {
      text += `${path}\0${signature}\0`
      if (text.length < 65536) continue
      writeSync(descriptor, text, null, 'latin1')
      text = ''
    }
    writeSync(descriptor, text, null, 'latin1')
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}
