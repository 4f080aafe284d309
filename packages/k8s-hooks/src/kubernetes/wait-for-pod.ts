import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { poll, type Sleep } from '../support/poll.ts'
import type { Pods } from './cluster.ts'
import { asSentence } from '../support/as-sentence.ts'
import { describePod, explainPod, type PodTrouble } from './explain-pod.ts'
import { stageOf } from './pod-stage.ts'
import { startStageClock, type PodLimits, type ReachedLimit, type StageTimes } from './stage-clock.ts'

export interface WaitForPodOptions<T> extends PodLimits {
  readonly pods: Pick<Pods, 'get' | 'warnings'>
  readonly podName: string
  /** A value ends the wait; what it throws too. */
  readonly until: (pod: V1Pod) => T | undefined | Promise<T | undefined>
  /** How long an image may fail to be pulled before the wait is given up: registries have short outages. */
  readonly imagePullGraceMs: number
  /** Called with each trouble at once (with one of making a container after 15 s), and with one that lasts every minute. */
  readonly onTrouble?: (trouble: PodTrouble) => void
  /** Called when the wait has ended well, with what it was spent on. */
  readonly onStages?: (spentMs: StageTimes) => void
  readonly signal: AbortSignal
  readonly sleep?: Sleep
  readonly now?: () => number
}

/** Short pauses for three seconds, in which most pods are ready; each is a cheap read, and a long one would be added to the job's time. */
const pauses = { intervalMs: 100, shortPauses: 30, maxIntervalMs: 1000 }

/**
 * Polls a pod (ARC's role has no watch) until `until` gives a value.
 * @throws HookError `POD_GONE`, `IMAGE_PULL_FAILED`, `IMAGE_WITHOUT_COMMAND`, `POD_FAILED`, `POD_TIMEOUT`: each with what kubelet or scheduler said last
 */
export async function waitForPod<T>(options: WaitForPodOptions<T>): Promise<T> {
  const { pods, podName, until, signal, sleep, now = Date.now } = options
  const throwIfHopeless = createPatience(options)
  const clock = startStageClock(options, now)
  return await poll(
    async () => {
      const pod = await pods.get(podName, signal)
      if (pod === undefined) throw new HookError('POD_GONE', `Pod ${podName} was deleted while the hook waited for it.`)
      clock.look(stageOf(pod))
      const value = await until(pod)
      if (value !== undefined) {
        options.onStages?.(clock.spentMs())
        return value
      }
      throwIfHopeless(pod)
      const limit = clock.reached()
      if (limit !== undefined) throw timeoutError(pod, limit, await pods.warnings(pod.metadata?.uid ?? '', signal))
      return undefined
    },
    { signal, ...pauses, ...(sleep === undefined ? {} : { sleep }) }
  )
}

/** A busy container runtime fails to make a container for a moment (a name still reserved, a deadline of its own), and the kubelet tries again. */
const startGraceMs = 30_000
/** Most of those are over at the kubelet's next try, and a step that goes well has no warnings. */
const startQuietMs = 15_000
const repeatTroubleAfterMs = 60_000

/** Says what is wrong with a pod, and throws when it has been so for too long. */
function createPatience<T>(options: WaitForPodOptions<T>): (pod: V1Pod) => void {
  const { podName, imagePullGraceMs, onTrouble, now = Date.now } = options
  const saidMs = new Map<string, number>()
  let lasting: { readonly kind: PodTrouble['kind']; readonly sinceMs: number } | undefined

  const say = (trouble: PodTrouble): void => {
    const lastMs = saidMs.get(trouble.message)
    if (lastMs !== undefined && now() - lastMs < repeatTroubleAfterMs) return
    saidMs.set(trouble.message, now())
    onTrouble?.(trouble)
  }
  return pod => {
    const trouble = explainPod(pod)
    if (trouble === undefined) {
      lasting = undefined
      return
    }
    if (lasting?.kind !== trouble.kind) lasting = { kind: trouble.kind, sinceMs: now() }
    const lastedMs = now() - lasting.sinceMs
    if (trouble.kind !== 'start' || lastedMs >= startQuietMs) say(trouble)
    const graceMs = {
      'image-pull': imagePullGraceMs,
      start: startGraceMs,
      scheduling: Infinity,
      'no-command': 0,
      failed: 0
    }
    if (trouble.isFinal || lastedMs >= graceMs[trouble.kind]) throw toPodError(podName, trouble)
  }
}

function toPodError(podName: string, { message, kind }: PodTrouble): HookError {
  if (kind === 'no-command')
    return new HookError('IMAGE_WITHOUT_COMMAND', `Pod ${podName}: ${message}`, {
      hint: 'The image has neither ENTRYPOINT nor CMD: give it one, or name a command in the workflow or in action.yml (runs.entrypoint, runs.args).'
    })
  return kind === 'image-pull'
    ? new HookError('IMAGE_PULL_FAILED', `Pod ${podName}: ${message}`, {
        hint: 'Is the image name right, and may the node pull it (imagePullSecrets in the hook template, registry reachable from the node)?'
      })
    : new HookError('POD_FAILED', `Pod ${podName}: ${message}`, { hint: `kubectl describe pod ${podName}` })
}

function timeoutError(pod: V1Pod, { words, limitMs, setting }: ReachedLimit, warnings: readonly string[]): HookError {
  const noted = warnings.length === 0 ? '' : ` Its events: ${asSentence(warnings.join('; '))}`
  const waited = `${words} after ${Math.round(limitMs / 1000)} s`
  return new HookError(
    'POD_TIMEOUT',
    `Pod ${pod.metadata?.name ?? ''} ${waited}: ${asSentence(describePod(pod))}${noted}`,
    { hint: `${setting} sets how long the hook waits.` }
  )
}
