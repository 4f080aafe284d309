import { Writable } from 'node:stream'

/** Keeps the end of what is written, for a message: at most `maxChars`. */
export interface Tail {
  readonly stream: Writable
  readonly text: () => string
}

export function createTail(maxChars = 2000): Tail {
  let text = ''
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text = (text + chunk.toString('utf8')).slice(-maxChars)
      done()
    }
  })
  return { stream, text: () => text.trim() }
}
