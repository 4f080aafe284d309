import { describe, expect, it } from '@jest/globals'
import { createProgress } from '../../src/support/progress.ts'

function testProgress() {
  const lines: string[] = []
  const clock = { nowMs: 1000 }
  const ticks: (() => void)[] = []
  const progress = createProgress({
    write: line => lines.push(line),
    nowMs: () => clock.nowMs,
    repeat: tick => {
      ticks.push(tick)
      return () => ticks.splice(ticks.indexOf(tick), 1)
    }
  })
  return { progress, lines, clock, ticks }
}

describe('createProgress', () => {
  it('puts the time since the start before each line', () => {
    const { progress, lines, clock } = testProgress()
    clock.nowMs += 61_234
    progress.say('here')
    expect(lines).toEqual(['[ 61.2 s] here\n'])
  })

  it('says at the end of a stage how long it took, and hands on its result', async () => {
    const { progress, lines, clock } = testProgress()
    const result = await progress.stage('dig', async () => {
      clock.nowMs += 2000
      return await Promise.resolve('gold')
    })
    expect({ result, lines }).toEqual({ result: 'gold', lines: ['[  2.0 s] dig: 2.0 s\n'] })
  })

  it('shows the newest detail of a stage that lasts, and no more once it is over', async () => {
    const { progress, lines, clock, ticks } = testProgress()
    await progress.stage('dig', async detail => {
      detail('stone 1')
      detail('stone 2')
      clock.nowMs += 15_000
      ticks.forEach(tick => tick())
      await Promise.resolve()
    })
    expect(lines[0]).toBe('[ 15.0 s] … dig: 15.0 s, stone 2\n')
    expect(ticks).toHaveLength(0)
  })

  it('says nothing of a stage that fails: its error does', async () => {
    const { progress, lines, ticks } = testProgress()
    await expect(progress.stage('dig', async () => await Promise.reject(new Error('rock')))).rejects.toThrow('rock')
    expect(lines).toEqual([])
    expect(ticks).toHaveLength(0)
  })
})
