import { describe, expect, it } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { keepLines } from '../../src/support/keep-lines.ts'
import type { Logger } from '../../src/support/logger.ts'

interface Stdout {
  readonly stream: PassThrough
  readonly text: () => string
}

function createStdout(): Stdout {
  const stream = new PassThrough()
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}

function loggerOn({ stream }: Stdout): Logger {
  const say =
    (word: string) =>
    (line: string): void =>
      void stream.write(`::${word}::${line}\n`)
  return {
    debug: say('debug'),
    info: say('info'),
    notice: say('notice'),
    warning: say('warning'),
    error: say('error'),
    group: async (title, work) => {
      say('group')(title)
      return await work()
    },
    addSecret: say('add-mask')
  }
}

const never = new AbortController().signal

describe('keepLines', () => {
  it.each(['debug', 'info', 'notice', 'warning', 'error', 'addSecret'] as const)(
    'begins a line for %s after output without an end of line',
    async method => {
      const stdout = createStdout()
      const { output, logger } = keepLines(stdout.stream, loggerOn(stdout), never)
      output.write('half a line')
      logger[method]('what the hook says')
      logger[method]('and more')
      await new Promise(resolve => setImmediate(resolve))
      expect(stdout.text()).toMatch(/^half a line\n::[a-z-]+::what the hook says\n::[a-z-]+::and more\n$/)
    }
  )

  it('begins a line for a group, and returns what its work returns', async () => {
    const stdout = createStdout()
    const { output, logger } = keepLines(stdout.stream, loggerOn(stdout), never)
    output.write('half a line')
    expect(await logger.group('title', () => Promise.resolve(7))).toBe(7)
    expect(stdout.text()).toBe('half a line\n::group::title\n')
  })

  it('adds nothing after whole lines or without output', async () => {
    const stdout = createStdout()
    const { output, logger } = keepLines(stdout.stream, loggerOn(stdout), never)
    logger.info('first')
    output.write('a whole line\n')
    logger.info('last')
    await new Promise(resolve => setImmediate(resolve))
    expect(stdout.text()).toBe('::info::first\na whole line\n::info::last\n')
  })

  it('waits for a slow reader, and no longer when the signal aborts', async () => {
    const stream = new PassThrough({ highWaterMark: 4 })
    const controller = new AbortController()
    const { output } = keepLines(stream, loggerOn({ stream, text: () => '' }), controller.signal)
    let written = false
    output.write('more than fits', () => {
      written = true
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(written).toBe(false)
    controller.abort()
    await new Promise(resolve => setImmediate(resolve))
    expect(written).toBe(true)
  })
})
