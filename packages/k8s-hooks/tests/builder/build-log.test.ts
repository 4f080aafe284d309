import { describe, expect, it } from '@jest/globals'
import { createBuildLog, type BuildLogSummary } from '../../src/builder/build-log.ts'
import type { LogEvent } from '../../src/builder/builder-kind.ts'
import { readKanikoLine } from '../../src/builder/kaniko-log.ts'

const digest = `sha256:${'a'.repeat(64)}`

interface Followed {
  readonly said: readonly string[]
  readonly summary: BuildLogSummary
  readonly pushes: number
}

/** Each line of the log comes a second after the one before. */
function follow(...lines: readonly string[]): Followed {
  return followWith(readKanikoLine, lines)
}

function followWith(readLine: (line: string) => LogEvent, lines: readonly string[]): Followed {
  const said: string[] = []
  let nowMs = 0
  let pushes = 0
  const log = createBuildLog({
    readLine,
    say: line => said.push(line),
    onPush: () => (pushes += 1),
    now: () => nowMs
  })
  for (const line of lines) {
    nowMs += 1000
    log.add(line)
  }
  nowMs += 500
  log.end()
  return { said, summary: log.summary(), pushes }
}

const info = (msg: string): string => JSON.stringify({ level: 'info', msg })

describe('createBuildLog', () => {
  it('says the steps with the time they took, and what they printed', () => {
    const { said, summary, pushes } = follow(
      info("Building stage 'debian' [idx: '0']"),
      info('RUN make'),
      'made',
      info('Taking snapshot of full filesystem...'),
      info('Pushing image to h/r:t'),
      info(`Pushed h/r@${digest}`)
    )
    expect(said).toEqual([
      'STEP FROM debian',
      '     took 1.0 s',
      'STEP RUN make',
      'made',
      '     took 3.0 s',
      'Pushing image to h/r:t',
      `Pushed h/r@${digest}`
    ])
    expect(summary).toEqual({ pushedDigest: digest, pushMs: 1000 })
    expect(pushes).toBe(1)
  })

  it('takes the word of a builder that times its steps and tells which of them failed', () => {
    const { said, summary } = followWith(
      line =>
        line.startsWith('step ')
          ? { kind: 'step', text: line, timesItself: true }
          : { kind: 'error', text: line, thenUsage: false, step: 'step a', line: 7 },
      ['step a', 'step b', 'wrong']
    )
    expect(said).toEqual(['STEP step a', 'STEP step b', 'wrong'])
    expect(summary).toMatchObject({ lastError: 'wrong', lastStep: { text: 'step a', line: 7 } })
  })

  it('lets no line of the build be a command to the runner', () => {
    const { said } = follow(
      '::add-mask::x',
      '  ::error::x',
      'see ##[group]x',
      'a::b',
      info('RUN echo "##[error]x"'),
      info('RUN <<EOF\n::warning::x\rEOF')
    )
    expect(said).toEqual([
      ':\\:add-mask::x',
      '  :\\:error::x',
      'see #\\#[group]x',
      'a::b',
      'STEP RUN echo "#\\#[error]x"',
      '     took 1.0 s',
      'STEP RUN <<EOF\n:\\:warning::x\rEOF'
    ])
  })

  it("leaves out the list of options after an error in Kaniko's arguments", () => {
    const { said, summary } = follow(
      'Error: unknown flag: --x',
      'Usage:',
      '  executor [flags]',
      '',
      'Flags:',
      'Error: again'
    )
    expect(said).toEqual(['Error: unknown flag: --x', 'Error: again'])
    expect(summary.lastError).toBe('Error: again')
  })

  it('shows the usage that a command of the build prints', () => {
    const { said } = follow('Error: no target', 'Usage:', info('RUN next'), 'Usage:', '  mytool')
    expect(said).toEqual(['Error: no target', 'STEP RUN next', 'Usage:', '  mytool', '     took 2.0 s'])
  })

  it('remembers the failing step, and the last error', () => {
    const { summary } = follow(info('RUN make'), 'error building image: first', 'error building image: exit status 2')
    expect(summary).toMatchObject({
      lastStep: { text: 'RUN make' },
      lastError: 'error building image: exit status 2'
    })
  })

  it('blames no step for a push that fails', () => {
    const { summary } = follow(info('RUN make'), info('Pushing image to h/r:t'), 'error pushing image: denied')
    expect(summary.lastStep).toBeUndefined()
    expect(summary.lastError).toBe('error pushing image: denied')
  })
})
