import { describe, expect, it } from '@jest/globals'
import { createLogCursor, type LogCursor } from '../../src/kubernetes/log-cursor.ts'

const stamp = (second: number, nano = 0): string =>
  `2026-11-22T10:00:${String(second).padStart(2, '0')}.${String(nano).padStart(9, '0')}Z`

function accept(cursor: LogCursor, text: string): string {
  return cursor.accept(Buffer.from(text)).toString()
}

describe('a log cursor', () => {
  it('takes the timestamps off', () => {
    const cursor = createLogCursor()
    expect(accept(cursor, `${stamp(1)} one\n${stamp(1)} \n${stamp(2)} two words\n`)).toBe('one\n\ntwo words\n')
    expect(cursor.sinceTime()).toBe(stamp(2))
  })

  it('knows no time before the first line', () => {
    expect(createLogCursor().sinceTime()).toBeUndefined()
  })

  it('passes an unfinished line on as far as it is there', () => {
    const cursor = createLogCursor()
    expect(accept(cursor, `${stamp(1)} 10 %`)).toBe('10 %')
    expect(accept(cursor, ' 20 %')).toBe(' 20 %')
    expect(accept(cursor, `\n${stamp(2)} done`)).toBe('\ndone')
  })

  it('waits for the rest of a timestamp that was cut', () => {
    const cursor = createLogCursor()
    const line = `${stamp(1)} text\n`
    expect([...line].map(char => accept(cursor, char)).join('')).toBe('text\n')
  })

  it('passes bytes that are no text unchanged', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x0d, 0x0a])
    const cursor = createLogCursor()
    expect(cursor.accept(Buffer.concat([Buffer.from(`${stamp(1)} `), bytes]))).toEqual(bytes)
  })

  it.each([
    { words: 'unable to retrieve container logs for containerd://0123\n' },
    { words: 'failed to try resolving symlinks in path "/var/log/pods/x.log": no such file\n' },
    { words: '\n' },
    { words: `${'x'.repeat(100)}\n` }
  ])('shows what the kubelet says by itself: $words', ({ words }) => {
    const cursor = createLogCursor()
    expect(accept(cursor, `${words}${stamp(1)} text\n`)).toBe(`${words}text\n`)
    expect(cursor.sinceTime()).toBe(stamp(1))
  })

  it('drops what a resumed stream repeats, and nothing else', () => {
    const cursor = createLogCursor()
    accept(cursor, `${stamp(1)} a\n${stamp(1, 5)} b\n${stamp(1, 5)} c\n`)
    cursor.endOfStream()
    const again = `${stamp(1)} a\n${stamp(1, 5)} b\n${stamp(1, 5)} c\n${stamp(1, 5)} d\n${stamp(1, 6)} e\n`
    expect(accept(cursor, again)).toBe('d\ne\n')
  })

  it('goes on in the middle of a line', () => {
    const cursor = createLogCursor()
    accept(cursor, `${stamp(1)} a\n${stamp(1, 5)} half of `)
    cursor.endOfStream()
    expect(accept(cursor, `${stamp(1)} a\n${stamp(1, 5)} half of the line\n`)).toBe('the line\n')
  })

  it('remembers what it has passed on when a stream breaks within the repetition', () => {
    const cursor = createLogCursor()
    accept(cursor, `${stamp(1)} half of the`)
    cursor.endOfStream()
    expect(accept(cursor, `${stamp(1)} half`)).toBe('')
    cursor.endOfStream()
    expect(accept(cursor, `${stamp(1)} half of the line\n`)).toBe(' line\n')
  })

  it('does not take a clock that was set back for a repetition', () => {
    const cursor = createLogCursor()
    expect(accept(cursor, `${stamp(9)} before\n${stamp(3)} after\n`)).toBe('before\nafter\n')
    cursor.endOfStream()
    expect(accept(cursor, `${stamp(3)} after\n${stamp(2)} again\n`)).toBe('again\n')
  })

  it('shows each byte once, wherever the stream breaks', () => {
    const random = seeded(42)
    for (let round = 0; round < 200; round++) {
      const lines = Array.from({ length: 12 }, (_, index) => ({
        stamp: stamp(Math.floor(index / 5), Math.floor(random() * 3)),
        text: 'x'.repeat(Math.floor(random() * 5)) + String(index)
      })).sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0))
      const hasLastNewline = random() < 0.5
      const whole = (since: string | undefined): Buffer =>
        Buffer.from(
          lines
            .map((line, index) => ({ ...line, end: index < lines.length - 1 || hasLastNewline ? '\n' : '' }))
            // The kubelet compares seconds: a query parameter carries no fraction.
            .filter(line => since === undefined || line.stamp.slice(0, 19) >= since.slice(0, 19))
            .map(line => `${line.stamp} ${line.text}${line.end}`)
            .join('')
        )
      const cursor = createLogCursor()
      const seen: Buffer[] = []
      for (let stream = 0; stream < 6; stream++) {
        const bytes = whole(cursor.sinceTime())
        const cut = stream === 5 ? bytes.length : Math.floor(random() * bytes.length)
        for (let at = 0; at < cut;) {
          const end = Math.min(cut, at + 1 + Math.floor(random() * 30))
          seen.push(cursor.accept(bytes.subarray(at, end)))
          at = end
        }
        cursor.endOfStream()
      }
      const expected = lines.map(line => line.text).join('\n') + (hasLastNewline ? '\n' : '')
      expect(Buffer.concat(seen).toString()).toBe(expected)
    }
  })
})

/** Numbers from 0 to 1 that are the same in every run (a linear congruential generator). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}
