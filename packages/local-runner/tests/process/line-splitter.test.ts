import { describe, expect, it } from '@jest/globals'
import { LineSplitter } from '../../src/process/line-splitter.ts'

const split = (...chunks: readonly (string | Buffer)[]): readonly string[] => {
  const splitter = new LineSplitter()
  return [...chunks.flatMap(chunk => splitter.push(Buffer.from(chunk))), ...splitter.end()]
}

describe('LineSplitter', () => {
  it.each([
    { title: 'ends lines at \\n, \\r\\n and \\r', chunks: ['a\nb\r\nc\rd\n'], lines: ['a', 'b', 'c', 'd'] },
    { title: 'joins chunks', chunks: ['a', 'b', 'c\nd'], lines: ['abc', 'd'] },
    { title: 'sees \\r\\n across chunks as one end', chunks: ['a\r', '\nb'], lines: ['a', 'b'] },
    { title: 'takes a \\r at the very end for an end', chunks: ['a\r'], lines: ['a'] },
    { title: 'keeps empty lines', chunks: ['\n\na\n'], lines: ['', '', 'a'] }
  ])('$title', ({ chunks, lines }) => {
    expect(split(...chunks)).toEqual(lines)
  })

  it('keeps a character that is cut in two', () => {
    const bytes = Buffer.from('é\n')
    expect(split(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['é'])
  })
})
