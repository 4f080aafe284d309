import { parseDispatchInputs, eventNames } from './parse-events.ts'
import { parseJob } from './parse-job.ts'
import { parseWorkflowTokens } from './parse-workflow-tokens.ts'
import type { Workflow } from './job-definition.ts'
import { toMapping, toText, valueOf, type Mapping } from './template.ts'
import { templateFromToken } from './template-from-token.ts'

/**
 * Reads a workflow file and picks one job.
 *
 * @param jobId the job to run; may be left out when the workflow has only one
 * @throws Error when the file is not valid, the job is not there, or the job needs what local-runner has not
 */
export async function readWorkflow(
  file: { readonly name: string; readonly content: string },
  jobId: string | undefined
): Promise<Workflow> {
  const root = await parseWorkflowTokens(file.name, file.content)
  const workflow = toMapping(templateFromToken(root), 'workflow')
  const jobs = toMapping(valueOf(workflow, 'jobs'), 'jobs')
  const id = jobId ?? onlyJobOf(jobs)
  const job = valueOf(jobs, id)
  if (job === undefined) {
    throw new Error(`${file.name} has no job '${id}'. Its jobs are: ${namesOf(jobs)}.`)
  }
  const events = valueOf(workflow, 'on')
  return {
    name: toText(valueOf(workflow, 'name'), 'name') ?? file.name,
    events: eventNames(events),
    inputs: parseDispatchInputs(events),
    job: parseJob(id, toMapping(job, `jobs.${id}`), workflow)
  }
}

function onlyJobOf(jobs: Mapping): string {
  const [first, ...others] = jobs.entries
  if (first === undefined) throw new Error('The workflow has no jobs.')
  if (others.length > 0) throw new Error(`One job runs; choose it with --job: ${namesOf(jobs)}.`)
  return first.key
}

function namesOf(jobs: Mapping): string {
  return jobs.entries.map(entry => entry.key).join(', ')
}
