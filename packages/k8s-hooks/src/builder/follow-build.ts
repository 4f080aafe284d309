import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node'
import { containerStatusOf } from '../kubernetes/container-status.ts'
import type { BuildRequest } from './builder.ts'
import type { BuilderDeps } from './builder-deps.ts'
import type { BuilderKind } from './builder-kind.ts'
import type { Deadline } from './build-deadline.ts'
import { type BuildLog, type BuildLogSummary, createBuildLog } from './build-log.ts'
import { buildContainer, pushContainer } from './container-names.ts'
import { lineWriter } from './line-writer.ts'
import { stepInWords } from './step-in-words.ts'
import { createStepLines } from './step-lines.ts'
import { waitInBuilderPod } from './wait-in-builder-pod.ts'

export interface FollowOptions {
  readonly kind: BuilderKind
  readonly request: BuildRequest
  readonly deps: BuilderDeps
  readonly podName: string
  /** Whether a container of its own pushes after the build. */
  readonly pushesApart: boolean
  readonly deadline: Deadline
  readonly now: () => number
}

/** How a build ended, whether well or not. */
export interface BuildEnd {
  readonly log: BuildLogSummary
  readonly terminated: V1ContainerStateTerminated
  /** Why Kubernetes ended the pod as a whole; undefined when it did not. */
  readonly podReason: string | undefined
  /** Whether the container that only pushes was the last. */
  readonly pushedApart: boolean
}

/** Shows the build as it happens, until its last container has ended. */
export async function followBuild(options: FollowOptions): Promise<BuildEnd> {
  const { kind, request, deps, deadline, now } = options
  const log = createBuildLog({
    readLine: kind.logReader(),
    say: line => deps.logger.info(line),
    lineOf: createStepLines(request.instructions ?? []),
    onStep: step => deadline.enter('building', stepInWords(step)),
    onPush: () => {
      deadline.enter('pushing')
      request.onPush?.()
    },
    now
  })
  const built = await followContainer(buildContainer, log, options)
  const pushes = options.pushesApart && built.terminated.exitCode === 0
  if (pushes) log.startPush()
  const end = pushes ? await followContainer(pushContainer, log, options) : built
  return { ...end, log: log.summary(), pushedApart: pushes }
}

async function followContainer(
  container: string,
  log: BuildLog,
  { deps, podName, deadline: { signal } }: FollowOptions
): Promise<Pick<BuildEnd, 'terminated' | 'podReason'>> {
  const stateOf = (pod: V1Pod): ReturnType<typeof containerStatusOf> => containerStatusOf(pod, container)
  await waitInBuilderPod(deps, podName, pod => stateOf(pod)?.state?.running ?? stateOf(pod)?.state?.terminated, signal)
  const output = lineWriter(log.add)
  await deps.cluster.followLogs({ podName, container, output, signal })
  await new Promise<void>(resolve => output.end(resolve))
  log.end()
  return await waitInBuilderPod(
    deps,
    podName,
    pod => {
      const terminated = stateOf(pod)?.state?.terminated
      return terminated === undefined ? undefined : { terminated, podReason: reasonOfPod(pod) }
    },
    signal
  )
}

function reasonOfPod({ status }: V1Pod): string | undefined {
  if (status?.reason === undefined || status.reason === '') return undefined
  return [status.reason, status.message].filter(text => text !== undefined && text !== '').join(': ')
}
