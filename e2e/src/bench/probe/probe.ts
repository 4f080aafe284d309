import type { Plan, Sample, Subject } from '../plan.ts'
import { createHookCalls, type HookCalls, type HookEnd } from './hook-calls.ts'
import { createRawCluster, type RawCluster } from './raw-cluster.ts'

/** What measurements need: the hook, the cluster without it, and a stopwatch. */
export interface Probe {
  readonly hook: HookCalls
  readonly cluster: RawCluster
  readonly samples: readonly Sample[]
  readonly measure: (subject: Subject, work: () => Promise<HookEnd | undefined>) => Promise<void>
  readonly say: (text: string) => void
}

export async function openProbe(plan: Plan, env: NodeJS.ProcessEnv): Promise<Probe> {
  const samples: Sample[] = []
  return {
    hook: await createHookCalls(plan, env),
    cluster: createRawCluster(plan.namespace),
    samples,
    measure: async (subject, work) => {
      const startedMs = nowMs()
      const hook = await work()
      const endedMs = nowMs()
      samples.push({
        subject,
        startedMs,
        endedMs,
        ...(hook === undefined ? {} : { peakMemoryMiB: hook.peakMemoryMiB, stages: hook.stages })
      })
    },
    say: text => void process.stderr.write(`${text}\n`)
  }
}

/** Milliseconds since the epoch, to the microsecond, so that they can be set beside the API server's own. */
function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
