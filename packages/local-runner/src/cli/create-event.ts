import type { ContextObject } from '../expressions/context-value.ts'
import type { Workflow } from '../workflow/job-definition.ts'

/** The event that starts the job: workflow_dispatch when the workflow has it, else its first one. */
export function chooseEventName({ events }: Workflow): string {
  return events.includes('workflow_dispatch') ? 'workflow_dispatch' : (events[0] ?? 'push')
}

/** A payload with the fields that nearly every event has. */
export function createEvent(repository: string, inputs: ContextObject): ContextObject {
  const [owner = '', name = ''] = repository.split('/')
  return {
    ref: 'refs/heads/main',
    inputs,
    repository: {
      id: 1,
      name,
      full_name: repository,
      private: true,
      default_branch: 'main',
      owner: { login: owner, id: 1 },
      html_url: `https://github.com/${repository}`
    },
    sender: { login: owner, id: 1 }
  }
}
