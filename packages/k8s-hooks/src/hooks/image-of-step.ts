import { createImageCache, type ImageCache } from '../action-image/image-cache.ts'
import { createLedger } from '../action-image/ledger.ts'
import { resolveActionImage } from '../action-image/resolve-action-image.ts'
import { createBuilder } from '../builder/create-builder.ts'
import type { RegistrySettings } from '../config/settings.ts'
import type { Builder } from '../builder/builder.ts'
import type { BuilderDeps } from '../builder/builder-deps.ts'
import { envSecretOf } from '../pod-template/env-secret.ts'
import { startWorkload } from '../kubernetes/start-workload.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { styledTemplate, type PodStyle } from '../pod-template/styled-template.ts'
import { loadRegistryAccess } from '../registry/load-access.ts'
import { createRegistryClient, type RegistryClient } from '../registry/registry-client.ts'
import type { HookContext } from './hook-context.ts'
import { ledgerFolder } from './ledger-folder.ts'
import { summariseBuild } from './summarise-build.ts'

/** Names in the timings file; `start` there is the step's own pod. */
const stageNames: Readonly<Record<string, string>> = {
  packMs: 'pack',
  startMs: 'start build',
  streamMs: 'stream',
  buildMs: 'build',
  pushMs: 'push'
}

export interface StepOfImage {
  readonly runnerPod: RunnerPod
  readonly style: PodStyle
  /** GITHUB_STEP_SUMMARY of the step, as its container knows it. */
  readonly summaryVariable: string | undefined
}

/** The image of a Dockerfile action: built, or the one that this job has built of the same content before. */
export async function imageOfStep(
  dockerfile: string,
  { runnerPod, style, summaryVariable }: StepOfImage,
  context: HookContext,
  signal: AbortSignal
): Promise<string> {
  const { settings, paths, logger, timings } = context
  const { actionArchiveCache } = paths
  const resolved = await resolveActionImage(
    dockerfile,
    {
      settings,
      contextRoots: [paths.workFolder, ...(actionArchiveCache === undefined ? [] : [actionArchiveCache])],
      createBuilder: registry => builderOf(registry, { runnerPod, style }, context),
      ledger: createLedger(ledgerFolder(context)),
      imageCache: imageCacheOf(context),
      logger
    },
    signal
  )
  const { image, built } = resolved
  for (const [stage, durationMs] of Object.entries(resolved.timings)) {
    if (typeof durationMs === 'number') timings.record({ stage: stageNames[stage] ?? stage, durationMs })
  }
  timings.record({ stage: built ? 'image built' : 'image reused', durationMs: 0, image })
  if (built && settings.builder.summary)
    await summariseBuild({ dockerfile, built: resolved, summaryVariable }, context, signal)
  return image
}

function imageCacheOf({ settings, cluster, cacheScope, logger }: HookContext): ImageCache | undefined {
  const { registry, builder } = settings
  if (registry === undefined || builder.cache?.kind !== 'images') return undefined
  return createImageCache({
    registry,
    connect: async stop =>
      createRegistryClient(await loadRegistryAccess(registry, cluster.secrets, stop, builder.baseImageSecretName)),
    maxAgeMs: builder.cache.maxAgeSeconds * 1000,
    scope: cacheScope,
    logger
  })
}

function builderOf(
  registry: RegistrySettings,
  { runnerPod, style }: Pick<StepOfImage, 'runnerPod' | 'style'>,
  { cluster, settings, cacheScope, logger }: HookContext
): Builder {
  const findDigest: BuilderDeps['findDigest'] = async (reference, stop) =>
    await (await connectTo(registry, cluster, stop)).resolveDigest(reference, stop)
  return createBuilder(
    { builder: settings.builder, registry },
    {
      cluster,
      logger,
      runnerImage: runnerPod.image,
      namePrefix: runnerPod.name,
      cacheScope,
      imagePullGraceMs: settings.imagePullGraceMs,
      stageTimeoutsMs: settings.stageTimeoutsMs,
      findDigest,
      secretEnvironment: (name, values) => envSecretOf(style.identity, name, values),
      startWorkload: (workload, stop) => {
        const described = { role: 'builder', name: workload.name, styledContainer: 'build', style: '$builder' } as const
        const template = styledTemplate(style, described, workload.template.spec ?? { containers: [] })
        return startWorkload(cluster, { ...workload, template }, stop, { onRefusal: logger.warning })
      }
    }
  )
}

async function connectTo(
  registry: RegistrySettings,
  { secrets }: HookContext['cluster'],
  signal: AbortSignal
): Promise<RegistryClient> {
  return createRegistryClient(await loadRegistryAccess(registry, secrets, signal))
}
