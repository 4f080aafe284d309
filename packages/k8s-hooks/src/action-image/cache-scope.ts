import { createHash } from 'node:crypto'

/** What the runner says about the workflow (contract 1.8); a workflow cannot change it. */
export interface WorkflowFacts {
  readonly repository: string | undefined
  readonly eventName: string | undefined
}

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/

/**
 * Who shares what outlives a job: the workflows of one repository. Pull requests have a scope of their own, since strangers
 * write them, as in GitHub's own cache. A path for image names; undefined where the repository is not known.
 */
export function cacheScopeOf({ repository, eventName }: WorkflowFacts): string | undefined {
  if (repository === undefined || repository === '') return undefined
  const path = repository.toLowerCase().split('/').map(toComponent).join('/')
  const isPullRequest = eventName?.startsWith('pull_request') === true && eventName !== 'pull_request_target'
  return isPullRequest ? `${path}/pull-requests` : path
}

/** Names of GitHub may begin with a dash or end with a dot, names of images may not. */
function toComponent(name: string): string {
  if (component.test(name)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  const cleaned = name.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return `${cleaned}${cleaned === '' ? '' : '-'}${hash}`
}
