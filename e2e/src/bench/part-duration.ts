import type { ApiRequest } from './audit-log.ts'
import type { Sample } from './plan.ts'

/** Which part of a hook call is set beside the limit. */
export type MeasuredPart =
  /** To its first request. */
  | 'start'
  /** To the creation of its last pod or Job: of a step with a Dockerfile, until there is an image to run. */
  | 'image'
  /** Reading the build context and sending it, by the hook's own clock. */
  | 'context'
  | 'whole'

/** Milliseconds of a part of one call, whose requests are given in the order of their arrival; NaN when the call did not have it. */
export function partDurationOf(part: MeasuredPart, sample: Sample, requests: readonly ApiRequest[]): number {
  switch (part) {
    case 'start':
      return receivedAfterMs(requests[0], sample)
    case 'image':
      return receivedAfterMs(requests.findLast(isCreationOfWorkload), sample)
    case 'context':
      return stageMs('pack', sample) + stageMs('stream', sample)
    case 'whole':
      return durationOf(sample)
  }
}

function receivedAfterMs(request: ApiRequest | undefined, { startedMs }: Sample): number {
  return (request?.receivedMs ?? NaN) - startedMs
}

function stageMs(stage: string, { stages }: Sample): number {
  return stages?.[stage] ?? NaN
}

export function durationOf({ startedMs, endedMs }: Sample): number {
  return endedMs - startedMs
}

/** An exec is a "create" too, of something below a pod. */
function isCreationOfWorkload({ verb, uri }: ApiRequest): boolean {
  return verb === 'create' && /\/(?:pods|jobs)(?:\?.*)?$/.test(uri)
}
