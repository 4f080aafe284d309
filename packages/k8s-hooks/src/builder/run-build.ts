import type { V1EnvVar } from '@kubernetes/client-node'
import type { BuilderSettings, RegistrySettings } from '../config/settings.ts'
import type { StartedWorkload } from '../kubernetes/cluster.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { deleteWorkload } from '../kubernetes/start-workload.ts'
import { takesCommands } from '../kubernetes/takes-commands.ts'
import { withinTidyTime } from '../support/within-tidy-time.ts'
import { bytesInWords, durationInWords } from './amounts.ts'
import { type Deadline, startDeadline } from './build-deadline.ts'
import { digestOf } from './build-result.ts'
import type { Builder, BuildRequest, BuiltImage } from './builder.ts'
import type { BuilderDeps } from './builder-deps.ts'
import type { BuilderKind } from './builder-kind.ts'
import { confirmDigest } from './confirm-digest.ts'
import { receiveContainer } from './container-names.ts'
import { type BuildEnd, followBuild } from './follow-build.ts'
import { layerCacheOf } from './layer-cache.ts'
import { pushesApart } from './push-apart.ts'
import { sendContext } from './send-context.ts'
import { waitInBuilderPod } from './wait-in-builder-pod.ts'
import { withProxyEnvironment } from './with-proxy-environment.ts'

export interface BuilderParts {
  readonly kind: BuilderKind
  readonly settings: { readonly builder: BuilderSettings; readonly registry: RegistrySettings }
  readonly deps: BuilderDeps
}

/** A builder that gives each build a workload of its own. */
export function createPodBuilder(parts: BuilderParts): Builder {
  return {
    build: async (request, signal) => {
      const deadline = startDeadline(parts.settings.builder.timeoutSeconds, signal)
      const { settings, deps } = parts
      const surroundings = { handle: request.handle, registry: settings.registry, deps, signal: deadline.signal }
      try {
        return await withProxyEnvironment(surroundings, env => runBuild(request, parts, env, deadline))
      } catch (error) {
        throw deadline.explain(error)
      }
    }
  }
}

interface Run extends BuilderParts {
  readonly request: BuildRequest
  readonly podName: string
  readonly deadline: Deadline
  readonly now: () => number
}

async function runBuild(
  request: BuildRequest,
  parts: BuilderParts,
  proxyEnvironment: readonly V1EnvVar[],
  deadline: Deadline
): Promise<BuiltImage> {
  const { logger, now = () => performance.now() } = parts.deps
  const startedAt = now()
  const workload = await start(request, parts, proxyEnvironment, deadline)
  try {
    const run: Run = { ...parts, request, deadline, now, podName: workload.podName }
    await waitUntilReceiving(run)
    const receivingAt = now()
    await send(run)
    const sentAt = now()
    logger.info(
      `Sent the build context to ${run.podName}: ${bytesInWords(request.context.bytes)} in ${durationInWords(sentAt - receivingAt)} (pod ready after ${durationInWords(receivingAt - startedAt)})`
    )
    const end = await logger.group(`Building docker image with ${run.kind.name}`, () =>
      followBuild({ ...run, pushesApart: pushesApart(run.settings.registry) })
    )
    const digest = await readDigest(run, end)
    const { pushMs } = end.log
    const buildMs = now() - sentAt - (pushMs ?? 0)
    logger.info(
      `Built in ${durationInWords(buildMs)}${pushMs === undefined ? '' : `, pushed in ${durationInWords(pushMs)}`}: ${digest}`
    )
    const timings = { startMs: receivingAt - startedAt, streamMs: sentAt - receivingAt, buildMs }
    return { digest, timings: pushMs === undefined ? timings : { ...timings, pushMs } }
  } finally {
    await remove(workload, parts.deps, deadline.signal)
  }
}

async function start(
  request: BuildRequest,
  parts: BuilderParts,
  proxyEnvironment: readonly V1EnvVar[],
  { signal }: Deadline
): Promise<StartedWorkload> {
  const { kind, settings, deps } = parts
  const { builder, registry } = settings
  const workload = {
    name: objectName(deps.namePrefix, `build-${request.handle.slice(0, 8)}`),
    template: kind.podTemplate(request, {
      builderImage: builder.image,
      runnerImage: deps.runnerImage,
      registry,
      baseImageSecretName: builder.baseImageSecretName,
      proxyEnvironment,
      layerCache: layerCacheOf(builder, registry, deps.cacheScope)
    }),
    // Only for a hook that is killed: while it lives, its own deadline comes first.
    activeDeadlineSeconds: builder.timeoutSeconds + 60
  }
  return await deps.startWorkload(workload, signal)
}

async function waitUntilReceiving({ deps, podName, deadline }: Run): Promise<void> {
  await waitInBuilderPod(
    deps,
    podName,
    async pod => {
      const container = { pod, podName, container: receiveContainer }
      return (await takesCommands(deps.cluster.exec, container, deadline.signal)) ? true : undefined
    },
    deadline.signal
  )
}

async function send({ request, podName, deps, deadline }: Run): Promise<void> {
  deadline.enter('sending the context')
  const { cluster, logger, sleep } = deps
  const warn = (line: string): void => logger.warning(line)
  await sendContext(request.context, { cluster, podName, warn, sleep }, deadline.signal)
  deadline.enter('building')
}

async function readDigest({ kind, settings, request, deps, deadline }: Run, end: BuildEnd): Promise<string> {
  const builderName = kind.name
  const reported = digestOf({ builderName, ...end, registry: settings.registry })
  return await confirmDigest({ builderName, destination: request.destination, reported }, deps, deadline.signal)
}

async function remove(
  workload: StartedWorkload,
  { cluster, logger }: BuilderDeps,
  cancellation: AbortSignal
): Promise<void> {
  try {
    await withinTidyTime(cancellation, signal => deleteWorkload(cluster, workload, { signal, gracePeriodSeconds: 0 }))
  } catch {
    logger.debug(`${workload.kind} ${workload.name} could not be deleted; Kubernetes deletes it with the runner pod.`)
  }
}
