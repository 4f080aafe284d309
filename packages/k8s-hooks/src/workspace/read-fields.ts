import { closeSync, openSync, readSync } from 'node:fs'
import { errorCodeOf } from './error-code.ts'

const chunkBytes = 64 * 1024

/** The fields of a file in which each ends with a zero byte, one character per byte. None when there is no such file. Read piece by piece. */
export function* readFields(file: string): Generator<string, undefined> {
  const descriptor = open(file)
  if (descriptor === undefined) return undefined
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    let begun = ''
    for (;;) {
      const length = readSync(descriptor, chunk)
      if (length === 0) return undefined
      let start = 0
      for (let end = chunk.indexOf(0); end !== -1 && end < length; end = chunk.indexOf(0, start)) {
        yield begun + chunk.toString('latin1', start, end)
        begun = ''
        start = end + 1
      }
      begun += chunk.toString('latin1', start, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number | undefined {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
