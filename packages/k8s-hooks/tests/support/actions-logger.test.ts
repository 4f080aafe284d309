import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { actionsLogger } from '../../src/support/actions-logger.ts'

describe('actionsLogger', () => {
  const written: string[] = []
  beforeEach(() => {
    written.length = 0
    jest.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  it.each([
    { say: 'debug', line: '::debug::a%0Ab\n' },
    { say: 'info', line: 'a\nb\n' },
    { say: 'notice', line: '::notice::a%0Ab\n' },
    { say: 'warning', line: '::warning::a%0Ab\n' },
    { say: 'error', line: '::error::a%0Ab\n' },
    { say: 'addSecret', line: '::add-mask::a%0Ab\n' }
  ] as const)('says $say as the runner reads it', ({ say, line }) => {
    actionsLogger[say]('a\nb')
    expect(written.join('')).toBe(line)
  })

  it('folds what work says into a group', async () => {
    await actionsLogger.group('Build', () => {
      actionsLogger.info('step 1')
      return Promise.resolve()
    })
    expect(written.join('')).toBe('::group::Build\nstep 1\n::endgroup::\n')
  })
})
