import { StringDecoder } from 'node:string_decoder'

/** Cuts a byte stream into lines that end with `\n`, `\r\n` or `\r`, as the runner reads a process (1.8). */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  push(chunk: Buffer): readonly string[] {
    this.#rest += this.#decoder.write(chunk)
    // A \r at the very end may be half of \r\n.
    const held = this.#rest.endsWith('\r') ? '\r' : ''
    const lines = this.#rest.slice(0, this.#rest.length - held.length).split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + held
    return lines
  }

  end(): readonly string[] {
    const rest = (this.#rest + this.#decoder.end()).replace(/\r$/, '')
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }
}
