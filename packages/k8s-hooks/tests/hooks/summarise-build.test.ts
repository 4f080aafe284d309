import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { summariseBuild } from '../../src/hooks/summarise-build.ts'
import { hookCall, type HookCall } from './hook-call.ts'

const signal = AbortSignal.timeout(20_000)
const image = `localhost:30500/k8s-hooks/x@sha256:${'a'.repeat(64)}`
const built = { image, built: true, timings: { packMs: 12 } }

describe('summariseBuild', () => {
  let call: HookCall
  let folder: string

  beforeEach(async () => {
    call = await hookCall()
    folder = join(call.context.paths.workFolder, '_temp/_runner_file_commands')
  })

  afterEach(async () => await call.remove())

  async function summarise(summaryVariable: string | undefined): Promise<void> {
    const dockerfile = join(call.context.paths.workFolder, 'demo/Dockerfile')
    await summariseBuild({ dockerfile, built, summaryVariable }, call.context, signal)
  }

  it('adds to the file of the step', async () => {
    await writeFile(join(folder, 'step_summary_1'), 'before\n')
    await summarise('/github/file_commands/step_summary_1')
    expect(await readFile(join(folder, 'step_summary_1'), 'utf8')).toMatch(/^before\n### Image of `demo\/Dockerfile`\n/)
  })

  it('writes through no link that a step has put in its place', async () => {
    const other = join(call.context.paths.workFolder, 'other')
    await writeFile(other, 'untouched')
    await symlink(other, join(folder, 'step_summary_1'))
    await summarise('/github/file_commands/step_summary_1')
    expect(await readFile(other, 'utf8')).toBe('untouched')
  })

  it.each([undefined, '/github/file_commands/absent', '..', ''])(
    'fails no step when the file is %j',
    async variable => {
      await summarise(variable)
      expect(call.lines.join()).toContain('debug: The step gets no summary of its build: ')
    }
  )
})
