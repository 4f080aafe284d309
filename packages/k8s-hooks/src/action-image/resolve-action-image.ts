import { DockerfileParser } from 'dockerfile-ast'
import { v4 as newId } from 'uuid'
import { join } from 'node:path'
import { HookError } from '@k8s-hooks/hooklib'
import { bytesInWords, durationInWords } from '../builder/amounts.ts'
import type { Builder, BuildRequest, BuildStageTimings } from '../builder/builder.ts'
import type { BuilderSettings, RegistrySettings } from '../config/settings.ts'
import { printReference } from '../registry/reference.ts'
import type { Logger } from '../support/logger.ts'
import type { Sleep } from '../support/poll.ts'
import { withLock } from './build-lock.ts'
import { contentKey } from './content-key.ts'
import { foreignFrontends } from './foreign-frontends.ts'
import { readIgnoreRules } from './ignore-rules.ts'
import type { FoundImage, ImageCache } from './image-cache.ts'
import { pulledImage, pushedImage } from './image-name.ts'
import { instructionTexts } from './instruction-texts.ts'
import type { Ledger } from './ledger.ts'
import { lintContext } from './lint-context.ts'
import { lintDockerfile } from './lint-dockerfile.ts'
import type { LintWarning } from './lint-warning.ts'
import { type LocatedDockerfile, locateDockerfile } from './locate.ts'
import { measureContext } from './measure-context.ts'
import { originOf } from './origin-of.ts'
import { scanContext } from './scan-context.ts'

export interface ActionImageDeps {
  readonly settings: { readonly builder: BuilderSettings; readonly registry: RegistrySettings | undefined }
  /** Directories that a Dockerfile may lie in: the work directory, and the runner's archive of actions. */
  readonly contextRoots: readonly string[]
  /** Called only when something must be built. */
  readonly createBuilder: (registry: RegistrySettings) => Builder
  readonly ledger: Ledger
  /** Absent: no image outlives its job. */
  readonly imageCache?: ImageCache | undefined
  readonly logger: Logger
  readonly newHandle?: () => string
  /** Milliseconds of any epoch. */
  readonly now?: () => number
  readonly sleep?: Sleep
}

export interface ActionImage {
  /** Name and digest, as a node pulls it. */
  readonly image: string
  /** False: an earlier step or job built the same. */
  readonly built: boolean
  readonly timings: ActionImageTimings
}

export interface ActionImageTimings extends Partial<BuildStageTimings> {
  readonly packMs: number
}

/**
 * The image of a Dockerfile action, built unless this job has already built the same content with the same builder, or an earlier one has
 * where images are kept. The ledger knows then that this process uses it.
 * Throws HookError: REGISTRY_NOT_CONFIGURED and those of locate, lint, scan, pack and Builder.build.
 */
export async function resolveActionImage(
  dockerfile: string,
  deps: ActionImageDeps,
  signal: AbortSignal
): Promise<ActionImage> {
  const { settings, ledger, logger, now = () => performance.now() } = deps
  const registry = settings.registry ?? refuseWithoutRegistry()
  const startedAt = now()
  const located = await locateDockerfile(dockerfile, deps.contextRoots)
  warnOfDifferences(located, lintDockerfile(located.content, settings.builder), logger)
  const prepared = await prepareContext(located, deps, signal)
  const packMs = now() - startedAt
  const { context } = prepared
  logger.info(
    `Packed ${located.contextRoot}: ${context.entryCount} entries, ${bytesInWords(context.bytes)} in ${durationInWords(packMs)}`
  )
  const key = contentKey(context, located.dockerfilePath, settings.builder)
  const buildOrReuse = async (): Promise<ActionImage> => {
    const known = await ledger.find(key)
    if (known !== undefined) {
      await ledger.use(known.handle)
      logger.info('The image was built earlier in this job; it is used again.')
      return { image: pulledImage(registry, known.handle, known.digest), built: false, timings: { packMs } }
    }
    const task = { ...prepared, key, registry, packMs }
    const kept = await deps.imageCache?.find({ key, dockerfile: located.content }, signal)
    if (kept === undefined) return await build(task, deps, signal)
    if (kept.digest === undefined) return await buildToKeep(task, kept, deps, signal)
    logger.info(`The image was built by an earlier job; it is used again until ${kept.expiresAt.toISOString()}.`)
    return { image: pulledKeptImage(registry, kept, kept.digest), built: false, timings: { packMs } }
  }
  return await withLock(join(ledger.folder, `${key}.lock`), buildOrReuse, {
    signal,
    onWait: () => logger.info('Another step builds the same image; waiting for it.'),
    ...(deps.sleep === undefined ? {} : { sleep: deps.sleep })
  })
}

type PreparedContext = Omit<BuildRequest, 'handle' | 'destination' | 'onPush'>

async function prepareContext(
  located: LocatedDockerfile,
  { contextRoots, settings, logger }: ActionImageDeps,
  signal: AbortSignal
): Promise<PreparedContext> {
  const rules = await readIgnoreRules(located, contextRoots)
  const scanned = await scanContext(located, { rules, maxBytes: settings.builder.contextMaxBytes })
  for (const warning of scanned.warnings) logger.warning(warning)
  warnOfDifferences(located, lintContext(located.content, scanned.entries, settings.builder), logger)
  const context = await measureContext(scanned.entries, signal)
  return {
    context,
    dockerfilePath: located.dockerfilePath,
    ignoreFilePath: rules.file?.path,
    instructions: instructionTexts(located.content),
    origin: await originOf(located, contextRoots),
    foreignFrontend: foreignFrontends(DockerfileParser.parse(located.content)).length > 0
  }
}

interface Task extends PreparedContext {
  readonly key: string
  readonly registry: RegistrySettings
  readonly packMs: number
}

async function build(task: Task, deps: ActionImageDeps, signal: AbortSignal): Promise<ActionImage> {
  const { key, registry, packMs, ...prepared } = task
  const handle = (deps.newHandle ?? newId)()
  const builder = deps.createBuilder(registry)
  const push = { hasBegun: false }
  const destination = pushedImage(registry, handle)
  const request = { ...prepared, handle, destination, onPush: () => (push.hasBegun = true) }
  // Before the push can start: a hook that is killed leaves no image that nobody knows of.
  await deps.ledger.use(handle)
  await deps.ledger.begin(handle, key)
  try {
    const { digest, timings } = await builder.build(request, signal)
    await deps.ledger.finish({ handle, key, digest })
    return { image: pulledImage(registry, handle, digest), built: true, timings: { packMs, ...timings } }
  } catch (error) {
    if (!push.hasBegun && hasEnded(error)) await deps.ledger.remove(handle)
    throw error
  }
}

/** The ledger does not learn of it: no job deletes the image. */
async function buildToKeep(
  task: Task,
  kept: FoundImage,
  deps: ActionImageDeps,
  signal: AbortSignal
): Promise<ActionImage> {
  const handle = (deps.newHandle ?? newId)()
  const { registry, packMs, ...prepared } = task
  const request = { ...prepared, handle, destination: kept.reference }
  const { digest, timings } = await deps.createBuilder(registry).build(request, signal)
  return { image: pulledKeptImage(registry, kept, digest), built: true, timings: { packMs, ...timings } }
}

function pulledKeptImage({ pullHost }: RegistrySettings, { reference }: FoundImage, digest: string): string {
  return printReference({ registry: pullHost, repository: reference.repository, digest })
}

/** Whether the builder itself came to an end: after a cancellation or a lost connection it may still be pushing. */
function hasEnded(error: unknown): boolean {
  return (
    error instanceof HookError && ['BUILD_FAILED', 'BASE_IMAGE_NOT_FOUND', 'REGISTRY_UNREACHABLE'].includes(error.code)
  )
}

function warnOfDifferences(
  { dockerfilePath }: LocatedDockerfile,
  warnings: readonly LintWarning[],
  logger: Logger
): void {
  for (const { line, text } of warnings) logger.warning(`${dockerfilePath}, line ${line}: ${text}.`)
}

function refuseWithoutRegistry(): never {
  const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_'
  throw new HookError(
    'REGISTRY_NOT_CONFIGURED',
    'The action is built from a Dockerfile, and no registry is configured that its image could go through.',
    {
      hint: `Set ${prefix}HOST, ${prefix}PORT and ${prefix}NODE_PORT for a registry in the cluster, or ${prefix}HOST and ${prefix}SECRET_NAME for another, on the runner's container (docs/registries.md).`
    }
  )
}
