import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Hands on text line by line, without the line ends; the last line also when it has none. */
export function lineWriter(onLine: (line: string) => void): Writable {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
  }
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(decoder.write(chunk))
      done()
    },
    final: done => {
      take(decoder.end())
      if (rest !== '') onLine(rest)
      done()
    }
  })
}
