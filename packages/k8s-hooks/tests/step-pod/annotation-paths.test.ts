import { describe, expect, it } from '@jest/globals'
import { buffer } from 'node:stream/consumers'
import { annotationPaths } from '../../src/step-pod/annotation-paths.ts'

/** What comes out of `text` when it comes in pieces of so many bytes. */
async function passed(text: string, size: number): Promise<string> {
  const stream = annotationPaths()
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) stream.write(bytes.subarray(start, start + size))
  stream.end()
  return (await buffer(stream)).toString()
}

describe('annotations of a container action', () => {
  it.each([
    ['::error file=/github/workspace/src/a.ts::bad\n', '::error file=src/a.ts::bad\n'],
    [
      'text\n  ::warning title=a b,line=3, file=/github/workspace/a,col=1::see /github/workspace/a\n',
      'text\n  ::warning title=a b,line=3, file=a,col=1::see /github/workspace/a\n'
    ],
    ['::NOTICE file=/github/workspace/ü::no end of line', '::NOTICE file=ü::no end of line'],
    [
      '::error file=/github/workspace/a::1\n::error file=/github/workspace/b::2\n',
      '::error file=a::1\n::error file=b::2\n'
    ]
  ])('point at files of the repository: %j', async (text, expected) => {
    for (const size of [1, 2, 7, 1000]) expect(await passed(text, size)).toBe(expected)
  })

  it.each([
    'see ::error file=/github/workspace/a::\n',
    '::error title=x::file=/github/workspace/a\n',
    '::error file=/github/workspaces/a::\n',
    '::set-output name=x,file=/github/workspace/a::\n',
    '::',
    ':\n\n ::\n',
    `::${'x'.repeat(10_000)}`,
    Array.from({ length: 300 }, (_, index) => `${':'.repeat(index % 4)} ${index}`).join('\n')
  ])('leave everything else as it is', async text => {
    for (const size of [1, 3, 1000]) expect(await passed(text, size)).toBe(text)
  })

  it.each(['no end of line', '10 %', '::error file=/github/workspace/a::'])('do not hold back %j', text => {
    const stream = annotationPaths()
    stream.write(Buffer.from(text))
    expect(String(stream.read())).toBe(text.replace('/github/workspace/', ''))
  })
})
