import { HookError } from '@k8s-hooks/hooklib'

/** What a build is at; said when it takes too long. */
export type BuildStage = 'starting its pod' | 'sending the context' | 'building' | 'pushing'

export interface Deadline {
  /** Aborts with the outer signal, and when the time is over. */
  readonly signal: AbortSignal
  /** `detail`: at which instruction it is. */
  readonly enter: (stage: BuildStage, detail?: string) => void
  /** Instead of the abort's own reason: HookError BUILD_TIMEOUT if the time was over, else the error itself. */
  readonly explain: (error: unknown) => unknown
}

/** Limits a whole build and remembers where it stands. */
export function startDeadline(timeoutSeconds: number, outer: AbortSignal): Deadline {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000)
  let current: string = 'starting its pod' satisfies BuildStage
  return {
    signal: AbortSignal.any([outer, timeout]),
    enter: (stage, detail) => {
      current = detail === undefined ? stage : `${stage} ${detail}`
    },
    explain: error => (timeout.aborted && !outer.aborted ? timedOut(timeoutSeconds, current, error) : error)
  }
}

function timedOut(timeoutSeconds: number, stage: string, cause: unknown): HookError {
  return new HookError('BUILD_TIMEOUT', `The build was stopped after ${timeoutSeconds} s, while it was ${stage}.`, {
    hint: 'ACTIONS_RUNNER_CONTAINER_HOOKS_BUILD_TIMEOUT_SECONDS sets the limit.',
    cause
  })
}
