import { describe, expect, it } from '@jest/globals'
import { createAskAlpine } from '../../src/job-pod/ask-alpine.ts'
import type { Exec, ExecResult } from '../../src/kubernetes/cluster.ts'
import { untilDone } from '../../src/kubernetes/until-done.ts'

const { signal } = new AbortController()
const yes: ExecResult = { kind: 'exited', exitCode: 0 }
const no: ExecResult = { kind: 'exited', exitCode: 1 }
const cut: ExecResult = { kind: 'broken', reason: 'cut' }
const missing: ExecResult = { kind: 'broken', reason: 'unable to upgrade connection: container not found ("job")' }

/** Asks once for each result. */
async function answers(...results: ExecResult[]): Promise<readonly (boolean | undefined)[]> {
  const left = [...results]
  let nowMs = 0
  const ask = createAskAlpine(
    () => Promise.resolve(left.shift() ?? cut),
    'p',
    () => (nowMs += 60_000)
  )
  const said: (boolean | undefined)[] = []
  while (said.length < results.length) said.push(await ask(signal))
  return said
}

describe('asking whether the job container is Alpine', () => {
  it('has an answer, and keeps it', async () => {
    expect(await answers(yes, cut)).toEqual([true, true])
    expect(await answers(no, yes)).toEqual([false, false])
  })

  it('has none while there is no container, however often', async () => {
    expect(await answers(...Array.from({ length: 20 }, () => missing), yes)).toEqual([
      ...Array.from({ length: 20 }, () => undefined),
      true
    ])
  })

  it('survives five connections in a row that break', async () => {
    expect((await answers(...Array.from({ length: 5 }, () => cut), yes)).at(-1)).toBe(true)
  })

  it('says that the image is unusable when nothing runs in it', async () => {
    await expect(answers(...Array.from({ length: 6 }, () => cut))).rejects.toMatchObject({
      code: 'JOB_CONTAINER_UNUSABLE',
      message: expect.stringContaining('pod p: cut')
    })
  })

  it('asks a shell of any kind whether musl’s Node is the one to use', async () => {
    let command: readonly string[] = []
    const exec: Exec = request => Promise.resolve((({ command } = request), yes))
    await createAskAlpine(exec, 'p')(signal)
    const question = '[ -e /etc/alpine-release ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]'
    expect(command).toEqual(['sh', '-c', untilDone(question)])
  })
})
