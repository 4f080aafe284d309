import { HookError } from '@k8s-hooks/hooklib'
import type { Exec } from '../kubernetes/cluster.ts'
import { createStartPatience } from '../kubernetes/start-patience.ts'
import { untilDone } from '../kubernetes/until-done.ts'
import { jobContainerName } from './service-names.ts'

/** On arm64 the runner has no musl build and refuses every JavaScript action of an Alpine job; where the image can run the other one, it may. */
const question = '[ -e /etc/alpine-release ] && ! [ -e /lib/ld-linux-aarch64.so.1 ]'

/** undefined: there is no answer yet. Once there was one, the container is not asked again. */
export type AskAlpine = (signal: AbortSignal) => Promise<boolean | undefined>

/**
 * Asks whether the job container is Alpine; the runner then starts actions with its musl build of Node (contract 1.9). An answer also tells that the
 * container runs, up to a second before the kubelet does. A connection that breaks is no answer.
 * @throws HookError `JOB_CONTAINER_UNUSABLE` when nothing can be run in the container
 */
export function createAskAlpine(exec: Exec, podName: string, now?: () => number): AskAlpine {
  const command = ['sh', '-c', untilDone(question)]
  let answer: boolean | undefined
  const isTooMuch = createStartPatience(now)
  return async signal => {
    if (answer !== undefined) return answer
    const result = await exec({ podName, container: jobContainerName, command, signal })
    if (result.kind === 'exited') answer = result.exitCode === 0
    else if (isTooMuch(result.reason))
      throw new HookError(
        'JOB_CONTAINER_UNUSABLE',
        `Nothing can be run in the job container of pod ${podName}: ${result.reason}`,
        { hint: 'The image of a job container needs sh, cat, dd, mkdir, rm, sleep and wc.' }
      )
    return answer
  }
}
