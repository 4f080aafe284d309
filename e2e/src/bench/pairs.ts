import { buildPairs } from './build-pairs.ts'
import type { Pair } from './compare.ts'
import type { Plan } from './plan.ts'

/** What the benchmark compares. The figures of the official hooks were measured once, in the same way, on a machine of the same size. */
export function pairsOf({ trees, contexts }: Pick<Plan, 'trees' | 'contexts'>): readonly Pair[] {
  return [...hookPairs, ...buildPairs(contexts), ...trees.flatMap(copyPairs)]
}

const hookPairs: readonly Pair[] = [
  {
    title: 'hook start, to the first request',
    limit: 'node start',
    limitTitle: '`node -e 0`',
    hook: 'script step',
    part: 'start',
    goal: { kind: 'times', factor: 5 },
    official: ['15.6 ×', '12.5 ×']
  },
  {
    title: 'prepare_job',
    limit: 'pod ready',
    limitTitle: 'the same pod, create → Ready by watch',
    hook: 'prepare_job',
    part: 'whole',
    goal: { kind: 'plus', ms: 300 },
    official: ['4.2 ×', '3.8 ×']
  },
  {
    title: 'script step `true`',
    limit: 'exec',
    limitTitle: 'one exec of `true`',
    hook: 'script step',
    part: 'whole',
    goal: { kind: 'plus', ms: 250, requests: 4 },
    official: ['25 ×', '9.9 ×']
  },
  {
    title: 'first script step of a job',
    limit: 'exec',
    limitTitle: 'one exec of `true`',
    hook: 'first script step',
    part: 'whole',
    goal: undefined,
    official: undefined
  },
  {
    title: 'script step, 10 MB of output',
    limit: 'exec, output',
    limitTitle: 'one exec that prints it',
    hook: 'script step, output',
    part: 'whole',
    goal: undefined,
    official: ['8.2 ×', '3.0 ×, cut short in 5 of 7 runs']
  },
  {
    title: 'container step',
    limit: 'pod run',
    limitTitle: 'a pod of the image, create → Succeeded by watch',
    hook: 'container step',
    part: 'whole',
    goal: undefined,
    official: undefined
  },
  {
    title: 'cleanup_job',
    limit: 'pod delete',
    limitTitle: 'one DELETE of a pod',
    hook: 'cleanup_job',
    part: 'whole',
    goal: undefined,
    official: ['57 ×', '56 ×']
  }
]

function copyPairs({ name }: Plan['trees'][number]): readonly Pair[] {
  const common = { part: 'whole', official: undefined } as const
  return [
    {
      ...common,
      title: `${name} to the pod`,
      limit: `tar in, ${name}`,
      limitTitle: '`tar` piped into exec of `tar`',
      hook: `copy in, ${name}`,
      goal: { kind: 'times', factor: 1.3 }
    },
    {
      ...common,
      title: `${name} back from the pod`,
      limit: `tar out, ${name}`,
      limitTitle: 'exec of `tar` piped into `tar`',
      hook: `copy out, ${name}`,
      goal: { kind: 'times', factor: 1.3 }
    },
    {
      ...common,
      title: `step after no change, ${name} in the workspace`,
      limit: `listings, ${name}`,
      limitTitle: '`find` on the runner, then one exec of `find`: each file is looked at once at either end',
      hook: `step after no change, ${name}`,
      goal: { kind: 'plus', ms: 300 }
    }
  ]
}
