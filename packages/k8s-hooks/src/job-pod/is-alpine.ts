import { HookError } from '@k8s-hooks/hooklib'
import type { Exec } from '../kubernetes/cluster.ts'
import { mostCutsInARow } from '../kubernetes/cut-limit.ts'
import { untilDone } from '../kubernetes/until-done.ts'
import { poll, type Sleep } from '../support/poll.ts'
import { jobContainerName } from './service-names.ts'

/** On arm64 the runner has no musl build and refuses every JavaScript action of an Alpine job; where the image can run the other one, it may. */
const question = '[ -e /etc/alpine-release ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]'

/**
 * Whether the job container is Alpine; the runner then starts actions with its musl build of Node (contract 1.9).
 * A connection that breaks is no answer: it is asked again.
 * @throws HookError `JOB_CONTAINER_UNUSABLE` when nothing can be run in the container
 */
export async function isAlpine(exec: Exec, podName: string, signal: AbortSignal, sleep?: Sleep): Promise<boolean> {
  const command = ['sh', '-c', untilDone(question)]
  let cuts = 0
  return await poll(
    async () => {
      const result = await exec({ podName, container: jobContainerName, command, signal })
      if (result.kind === 'exited') return result.exitCode === 0
      if (++cuts <= mostCutsInARow) return undefined
      throw new HookError(
        'JOB_CONTAINER_UNUSABLE',
        `Nothing can be run in the job container of pod ${podName}: ${result.reason}`,
        { hint: 'The image of a job container needs sh, cat, dd, mkdir, mv, rm, sleep and wc.' }
      )
    },
    { signal, intervalMs: 200, ...(sleep === undefined ? {} : { sleep }) }
  )
}
