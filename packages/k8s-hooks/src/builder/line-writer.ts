import { Writable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/**
 * Hands on text line by line, without the line ends; the last line also when it has none. A carriage return ends a line,
 * because it does so for the runner: a command to it could stand behind one.
 */
export function lineWriter(onLine: (line: string) => void): Writable {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(decoder.write(chunk))
      done()
    },
    final: done => {
      take(decoder.end())
      if (rest !== '') onLine(rest.replace(/\r$/, ''))
      done()
    }
  })
}
