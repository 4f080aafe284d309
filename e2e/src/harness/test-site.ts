import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { VolumeMode } from './arc-role.ts'
import { installHook, timingsFile } from './run-workflow.ts'
import { createSite, type Site, type SiteOptions } from './site.ts'
import { surroundingsOf, type Surroundings } from './surroundings.ts'

/** Every behaviour of a pod is tested in both. */
export const volumeModes: readonly VolumeMode[] = ['shared', 'copy']

/** Begins the names of the tests' namespaces; those of dead runs are known by it. */
export const testPrefix = 'e2e-'

export interface TestSiteOptions extends Partial<Pick<SiteOptions, 'env' | 'rules' | 'labels' | 'apiServerCa'>> {
  readonly runnerImage?: string
}

/** A site of the tests' own with the hook in it. Call `dispose` in afterAll. */
export async function openTestSite(
  subject: string,
  mode: VolumeMode,
  { runnerImage, ...options }: TestSiteOptions = {}
): Promise<Site> {
  const surroundings = testSurroundings()
  const site = await createSite({
    ...options,
    namespace: `${testPrefix}${subject}-${mode}-${randomUUID().slice(0, 8)}`,
    mode,
    surroundings: { ...surroundings, runnerImage: runnerImage ?? surroundings.runnerImage },
    env: { ACTIONS_RUNNER_CONTAINER_HOOKS_TIMINGS_FILE: timingsFile, ...options.env }
  })
  try {
    await installHook(site)
    return site
  } catch (error) {
    await site.dispose()
    throw error
  }
}

function testSurroundings(): Surroundings {
  return surroundingsOf(process.env)
}

/** A folder of `e2e/workflows`: the repository of a subject, or the actions of other repositories. */
export function workflowFolder(...path: readonly string[]): string {
  return resolve(import.meta.dirname, '../../workflows', ...path)
}

/** Where the tests ask what the registry holds; the embedded cluster always has one. */
export function testRegistryUrl(): string {
  const { registryUrl } = testSurroundings()
  if (registryUrl === undefined) throw new Error('K8S_HOOKS_REGISTRY_URL must name the registry.')
  return registryUrl
}
