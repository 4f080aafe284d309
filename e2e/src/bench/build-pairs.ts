import type { Pair } from './compare.ts'
import type { Tree } from './plan.ts'

const common = { goal: undefined, official: undefined } as const
const aPodOfTheImage = 'a pod of the image, create → Succeeded by watch'

/** Steps with a Dockerfile; the official hooks refuse them. */
export function buildPairs(contexts: readonly Tree[]): readonly Pair[] {
  return [...usePairs, ...contexts.map(contextPair)]
}

const usePairs: readonly Pair[] = [
  {
    ...common,
    title: 'Dockerfile step, until there is an image to run',
    limit: 'builder alone',
    limitTitle: 'the same builder pod, from the context in place → Succeeded by watch',
    hook: 'cold build',
    part: 'image',
    goal: { kind: 'plus', ms: 1500 }
  },
  {
    ...common,
    title: 'Dockerfile step, second use in the job',
    limit: 'image run',
    limitTitle: aPodOfTheImage,
    hook: 'second use',
    part: 'whole',
    goal: { kind: 'plus', ms: 500 }
  },
  {
    ...common,
    title: 'Dockerfile step, built by an earlier job (`BUILD_CACHE=images`)',
    limit: 'image run',
    limitTitle: aPodOfTheImage,
    hook: 'kept image',
    part: 'whole'
  },
  {
    ...common,
    title: 'Dockerfile step, one `RUN` and a copy from layers of an earlier job (`BUILD_CACHE=layers`)',
    limit: 'cold build',
    limitTitle: 'the same step without',
    hook: 'kept layers',
    part: 'whole'
  }
]

function contextPair({ name }: Tree): Pair {
  return {
    ...common,
    title: `build context of ${name}: read, sent, verified`,
    limit: `context tar, ${name}`,
    limitTitle: '`tar` piped into exec of `tar`',
    hook: `context, ${name}`,
    part: 'context'
  }
}
