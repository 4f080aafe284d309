import type { ApiRequest } from './audit-log.ts'
import { durationOf, partDurationOf, type MeasuredPart } from './part-duration.ts'
import type { Sample, Subject } from './plan.ts'

/** A hook beside the limit that it is measured by. */
export interface Pair {
  readonly title: string
  readonly limit: Subject
  readonly limitTitle: string
  readonly hook: Subject
  readonly part: MeasuredPart
  readonly goal: Goal | undefined
  /** How many times the limit the official hooks took, 0.8.1 and 0.7.0, on a machine of the same size. */
  readonly official: readonly [string, string] | undefined
}

export type Goal =
  | { readonly kind: 'times'; readonly factor: number }
  | { readonly kind: 'plus'; readonly ms: number; readonly requests?: number }

export interface Comparison {
  readonly pair: Pair
  readonly limit: Spread
  readonly hook: Spread
  /** Median of the hook by median of the limit. */
  readonly ratio: number
  /** Requests to the API server of one call: the median. */
  readonly requests: number
  readonly peakMemoryMiB: number | undefined
  readonly isMet: boolean | undefined
}

/** Milliseconds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** Sets each hook beside its limit; a pair of which nothing was measured is left out. */
export function compare(
  pairs: readonly Pair[],
  samples: readonly Sample[],
  requests: readonly ApiRequest[]
): readonly Comparison[] {
  return pairs.flatMap(pair => {
    const limits = samples.filter(({ subject }) => subject === pair.limit)
    const hooks = samples.filter(({ subject }) => subject === pair.hook)
    if (limits.length === 0 || hooks.length === 0) return []
    const during = hooks.map(sample => requests.filter(request => isWithin(sample, request)))
    const limit = spreadOf(limits.map(durationOf))
    const hook = spreadOf(hooks.map((sample, index) => partDurationOf(pair.part, sample, during[index] ?? [])))
    const requestCount = medianOf(during.map(({ length }) => length))
    const peaks = hooks.flatMap(({ peakMemoryMiB }) => peakMemoryMiB ?? [])
    return {
      pair,
      limit,
      hook,
      ratio: hook.median / limit.median,
      requests: requestCount,
      peakMemoryMiB: peaks.length === 0 ? undefined : Math.max(...peaks),
      isMet: pair.goal === undefined ? undefined : isMet(pair.goal, limit.median, hook.median, requestCount)
    }
  })
}

function isMet(goal: Goal, limitMs: number, hookMs: number, requests: number): boolean {
  if (goal.kind === 'times') return hookMs <= limitMs * goal.factor
  return hookMs <= limitMs + goal.ms && requests <= (goal.requests ?? Infinity)
}

function isWithin({ startedMs, endedMs }: Sample, { receivedMs }: ApiRequest): boolean {
  return startedMs <= receivedMs && receivedMs <= endedMs
}

function spreadOf(values: readonly number[]): Spread {
  return { median: medianOf(values), min: Math.min(...values), max: Math.max(...values), count: values.length }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN
  return (upper + lower) / 2
}
