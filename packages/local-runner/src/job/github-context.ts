import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ContextObject, ContextValue } from '../expressions/context-value.ts'
import type { Layout } from './layout.ts'

export interface GithubFacts {
  readonly repository: string
  readonly workflowName: string
  /** Path of the workflow inside the repository. */
  readonly workflowPath: string
  readonly jobId: string
  readonly eventName: string
  readonly event: ContextValue
  readonly token: string
  readonly layout: Layout
}

/** The `github` context. What only the server knows has a fixed, plausible value. */
export function createGithubContext(facts: GithubFacts): ContextObject {
  const [owner = ''] = facts.repository.split('/')
  const ref = 'refs/heads/main'
  const sha = createHash('sha1').update(facts.repository).digest('hex')
  return {
    token: facts.token,
    job: facts.jobId,
    ref,
    sha,
    repository: facts.repository,
    repository_owner: owner,
    repository_owner_id: '1',
    repositoryUrl: `git://github.com/${facts.repository}.git`,
    run_id: '1',
    run_number: '1',
    retention_days: '90',
    run_attempt: '1',
    artifact_cache_size_limit: '10',
    repository_visibility: 'private',
    repository_id: '1',
    actor_id: '1',
    actor: owner,
    triggering_actor: owner,
    workflow: facts.workflowName,
    head_ref: '',
    base_ref: '',
    event_name: facts.eventName,
    event: facts.event,
    server_url: 'https://github.com',
    api_url: 'https://api.github.com',
    graphql_url: 'https://api.github.com/graphql',
    ref_name: 'main',
    ref_protected: false,
    ref_type: 'branch',
    secret_source: 'Actions',
    workflow_ref: `${facts.repository}/${facts.workflowPath}@${ref}`,
    workflow_sha: sha,
    workspace: facts.layout.workspace,
    event_path: join(facts.layout.workflow, 'event.json')
  }
}

/** Keys of the context that become `GITHUB_*` (GitHubContext in the runner); the token is not among them. */
const exported = new Set([
  'action',
  'action_path',
  'action_ref',
  'action_repository',
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'env',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'output',
  'path',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'state',
  'step_summary',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace'
])

/** `GITHUB_*` and `RUNNER_*` of a step. */
export function runtimeEnvironment(
  github: ContextObject,
  runner: ContextObject
): readonly (readonly [name: string, value: string])[] {
  const variables = (prefix: string, context: ContextObject, keys: readonly string[]): [string, string][] =>
    keys.flatMap(key => {
      const value = context[key]
      return typeof value === 'string' || typeof value === 'boolean'
        ? [[`${prefix}${key.toUpperCase()}`, String(value)]]
        : []
    })
  return [
    ...variables(
      'GITHUB_',
      github,
      Object.keys(github).filter(key => exported.has(key))
    ),
    ...variables('RUNNER_', runner, Object.keys(runner))
  ]
}
