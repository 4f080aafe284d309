import { describe, expect, it } from '@jest/globals'
import { lineWriter } from '../../src/builder/line-writer.ts'

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const lines: string[] = []
  const writer = lineWriter(line => lines.push(line))
  for (const chunk of chunks) writer.write(chunk)
  await new Promise<void>(resolve => writer.end(resolve))
  return lines
}

describe('lineWriter', () => {
  it.each([
    { title: 'lines over several chunks', chunks: ['a', 'b\nc', '\n'], lines: ['ab', 'c'] },
    { title: 'a last line without an end', chunks: ['a\nb'], lines: ['a', 'b'] },
    { title: 'empty lines and line ends of Windows', chunks: ['\r\n\na\r\n'], lines: ['', '', 'a'] },
    {
      title: 'a letter cut in two',
      chunks: [Buffer.from('é').subarray(0, 1), Buffer.from('é\n').subarray(1)],
      lines: ['é']
    },
    {
      title: 'carriage returns as line ends',
      chunks: ['1 %\r2 %\r', '3 %\n', 'a\r', '\nb\r'],
      lines: ['1 %', '2 %', '3 %', 'a', 'b']
    },
    { title: 'nothing', chunks: [], lines: [] }
  ])('hands on $title', async ({ chunks, lines }) => {
    expect(await linesOf(...chunks)).toEqual(lines)
  })
})
