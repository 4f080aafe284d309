import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { buildSummary } from '../action-image/build-summary.ts'
import type { ActionImage } from '../action-image/resolve-action-image.ts'
import type { ImageDescription } from '../registry/describe-image.ts'
import { loadRegistryAccess } from '../registry/load-access.ts'
import { parseReference } from '../registry/reference.ts'
import { createRegistryClient } from '../registry/registry-client.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { HookContext } from './hook-context.ts'

export interface BuildToSummarise {
  readonly dockerfile: string
  readonly built: ActionImage
  /** GITHUB_STEP_SUMMARY of the step, as its container knows it. */
  readonly summaryVariable: string | undefined
}

/** Appends what was built to the summary of the step. Throws nothing: no step fails for its summary. */
export async function summariseBuild(
  { dockerfile, built, summaryVariable }: BuildToSummarise,
  context: HookContext,
  signal: AbortSignal
): Promise<void> {
  const { paths, logger } = context
  try {
    if (summaryVariable === undefined) throw new Error('the runner names no file for it')
    const text = buildSummary({
      dockerfile: relative(paths.workFolder, dockerfile),
      image: built.image,
      timings: built.timings,
      description: await describe(built.image, context, signal)
    })
    const file = join(paths.workFolder, '_temp/_runner_file_commands', basename(summaryVariable))
    await append(file, text)
  } catch (error) {
    logger.debug(`The step gets no summary of its build: ${reasonOf(error)}`)
  }
}

async function describe(
  image: string,
  { settings, cluster, logger }: HookContext,
  signal: AbortSignal
): Promise<ImageDescription | undefined> {
  const { registry } = settings
  const { repository, digest = '', tag = '' } = parseReference(image)
  if (registry === undefined) return undefined
  try {
    const client = createRegistryClient(await loadRegistryAccess(registry, cluster.secrets, signal))
    return await client.describeImage({ registry: registry.pushHost, repository, digest, tag }, signal)
  } catch (error) {
    logger.debug(`The registry does not tell the size of the image: ${reasonOf(error)}`)
    return undefined
  }
}

/** The runner has made the file. Steps can write its folder, so a link in its place is not followed. */
async function append(file: string, text: string): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW)
  try {
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
}
