import type { JobDefinition } from './job-definition.ts'
import { conditionOf, parseSteps } from './parse-steps.ts'
import { isMapping, toMapping, toText, valueOf, type Mapping } from './template.ts'

const decidedByTheServer = ['runs-on', 'concurrency', 'environment', 'snapshot']

/** The one job that runs. */
export function parseJob(id: string, job: Mapping, workflow: Mapping): JobDefinition {
  refuseUnsupported(id, job)
  return {
    id,
    name: valueOf(job, 'name'),
    condition: conditionOf(valueOf(job, 'if')),
    env: [workflow, job].map(owner => toMapping(valueOf(owner, 'env'), 'env')),
    defaults: [workflow, job].map(owner => toMapping(valueOf(owner, 'defaults'), 'defaults')),
    container: valueOf(job, 'container'),
    services: toMapping(valueOf(job, 'services'), 'services'),
    outputs: toMapping(valueOf(job, 'outputs'), 'outputs'),
    timeoutMinutes: valueOf(job, 'timeout-minutes'),
    requestsIdToken: requestsIdToken(job, workflow),
    steps: parseSteps(valueOf(job, 'steps'), `jobs.${id}.steps`),
    ignored: decidedByTheServer.filter(key => key !== 'runs-on' && valueOf(job, key) !== undefined)
  }
}

function refuseUnsupported(id: string, job: Mapping): void {
  const refuse = (what: string): never => {
    throw new Error(`Job '${id}' ${what}`)
  }
  if (valueOf(job, 'uses') !== undefined) refuse('calls a reusable workflow. local-runner runs jobs that have steps.')
  if (valueOf(job, 'needs') !== undefined) {
    refuse("has 'needs'. local-runner runs one job; remove 'needs' or run a copy of the job without it.")
  }
  const strategy = valueOf(job, 'strategy')
  if (strategy === undefined || strategy === null) return
  if (!isMapping(strategy) || valueOf(strategy, 'matrix') !== undefined) {
    refuse('has a matrix. local-runner runs one job; replace the matrix by the values of one of its jobs.')
  }
}

/** The job's `permissions` replace the workflow's. `ACTIONS_ID_TOKEN_*` exist with `id-token: write` (1.4). */
function requestsIdToken(job: Mapping, workflow: Mapping): boolean {
  const permissions = valueOf(job, 'permissions') ?? valueOf(workflow, 'permissions')
  if (permissions === undefined) return false
  if (isMapping(permissions)) return valueOf(permissions, 'id-token') === 'write'
  return toText(permissions, 'permissions') === 'write-all'
}
