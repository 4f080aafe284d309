import type { V1Pod } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { poll, type Sleep } from '../support/poll.ts'
import type { Cluster } from './cluster.ts'

export interface PodOfJobOptions {
  /** Called with what the API server says against the pod, as soon as it says so: the wait may go on. */
  readonly onRefusal?: (words: string) => void
  readonly sleep?: Sleep
  readonly now?: () => number
}

/** Long enough for a busy Job controller, and for a quota that another job is about to free. */
const podAppearsWithinMs = 60_000
/** The Job controller needs some 20 ms; who waits this long asks what holds the pod up. */
const askAfterMs = 1_000
const askEveryMs = 10_000

/**
 * The name of the pod that the Job controller creates for a Job; `pod` is what it will look like.
 * A refused pod shows in Events alone, which ARC's role may not read. So the API server is asked by a dry run what it says to such a pod:
 * a refusal by an admission policy ends the wait at once, one by a quota when the time is over.
 * @throws HookError `WORKLOAD_REFUSED`
 */
export async function podOfJob(
  cluster: Pick<Cluster, 'pods' | 'jobs'>,
  pod: V1Pod,
  signal: AbortSignal,
  { onRefusal, sleep, now = Date.now }: PodOfJobOptions = {}
): Promise<string> {
  const jobName = pod.metadata?.name ?? ''
  const startedMs = now()
  let askAtMs = askAfterMs
  let words: string | undefined
  return await poll(
    async () => {
      const [found] = await cluster.pods.list(`batch.kubernetes.io/job-name=${jobName}`, signal)
      if (found?.metadata?.name !== undefined) return found.metadata.name
      const waitedMs = now() - startedMs
      if (waitedMs >= askAtMs) {
        askAtMs = waitedMs + askEveryMs
        const said = words
        words = await refusalOf(cluster, pod, signal)
        if (words !== undefined && words !== said) onRefusal?.(words)
      }
      const isOver = waitedMs >= podAppearsWithinMs
      if (isOver || (words !== undefined && !words.includes('exceeded quota'))) {
        throw workloadRefused(jobName, words ?? (await conditionsOf(cluster, jobName, signal)))
      }
      return undefined
    },
    { signal, intervalMs: 20, maxIntervalMs: 500, ...(sleep === undefined ? {} : { sleep }) }
  )
}

/** What the API server says against the pod; undefined when nothing, or when it cannot be asked. */
async function refusalOf(
  { pods }: Pick<Cluster, 'pods'>,
  pod: V1Pod,
  signal: AbortSignal
): Promise<string | undefined> {
  try {
    await pods.create(pod, signal, { dryRun: true })
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    const isAnswer = error instanceof HookError && error.code === 'CLUSTER_REFUSED'
    // A webhook with side effects refuses every dry run; that says nothing about the pod.
    return isAnswer && !/dry.?run/i.test(error.message) ? error.message : undefined
  }
}

async function conditionsOf({ jobs }: Pick<Cluster, 'jobs'>, jobName: string, signal: AbortSignal): Promise<string> {
  const [job] = await jobs.list(`k8s-hooks/name=${jobName}`, signal)
  const words = job?.status?.conditions?.map(({ type, message }) => [type, message].join(': ')).join('; ') ?? ''
  return words === '' ? `no pod after ${podAppearsWithinMs / 1000} s, and no reason given` : words
}

function workloadRefused(jobName: string, words: string): HookError {
  return new HookError('WORKLOAD_REFUSED', `Job ${jobName} gets no pod: ${words}`, {
    hint: 'An admission policy or a quota of the namespace holds it up. The hook template can give pods what a policy asks for ($step, $builder).'
  })
}
