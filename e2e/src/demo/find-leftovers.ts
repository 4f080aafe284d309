import { kubectl } from '../harness/kubectl.ts'
import { registryStatusOf, registryTags } from '../harness/registry.ts'
import type { WorkflowRun } from '../harness/run-workflow.ts'
import type { Site } from '../harness/site.ts'
import type { Surroundings } from '../harness/surroundings.ts'

export interface Finding {
  readonly ok: boolean
  readonly text: string
}

/** What the job should not have done twice, and should not have left. */
export async function findLeftovers(
  site: Site,
  run: WorkflowRun,
  surroundings: Surroundings
): Promise<readonly Finding[]> {
  return [
    { ok: run.report.result === 'success', text: `the job's result is ${run.report.result}` },
    builtOnce(run),
    ...(await imagesGone(run, surroundings)),
    await objectsGone(site)
  ]
}

function builtOnce({ stages }: WorkflowRun): Finding {
  const built = stages.filter(({ stage }) => stage === 'image built').length
  const reused = stages.filter(({ stage }) => stage === 'image reused').length
  return {
    ok: built === 1 && reused >= 1,
    text: `built ${built} time(s), used again ${reused} time(s): second use, pre and post did not build`
  }
}

async function imagesGone({ stages }: WorkflowRun, { registryUrl }: Surroundings): Promise<readonly Finding[]> {
  if (registryUrl === undefined)
    return [{ ok: true, text: 'the registry cannot be asked from here: set K8S_HOOKS_REGISTRY_URL' }]
  const images = new Set(
    stages.flatMap(({ stage, image }) => (stage === 'image built' && image !== undefined ? [image] : []))
  )
  const answers = await Promise.all(
    [...images].map(async image => {
      const status = await registryStatusOf(registryUrl, image)
      return { ok: status === 404, text: `the registry answers ${status} for ${image}` }
    })
  )
  const repositories = [...images].map(image => image.slice(image.indexOf('/') + 1, image.indexOf('@')))
  const left = (await registryTags(registryUrl)).filter(tag =>
    repositories.some(repository => tag.startsWith(`${repository}:`))
  )
  return [
    ...answers,
    { ok: left.length === 0, text: `tags of the job in the registry: ${left.length === 0 ? 'none' : left.join(', ')}` }
  ]
}

async function objectsGone({ namespace }: Site): Promise<Finding> {
  const names = await kubectl(['-n', namespace, 'get', 'pods,jobs,secrets', '-l', 'runner-pod', '-o', 'name'])
  const left = names.split('\n').filter(name => name !== '')
  return {
    ok: left.length === 0,
    text: `pods, Jobs and Secrets of the job that are left: ${left.length === 0 ? 'none' : left.join(', ')}`
  }
}
