import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { parseContextValue, type ContextObject, type ContextValue } from '../expressions/context-value.ts'
import { createGithubContext } from '../job/github-context.ts'
import { createLayout, type Layout } from '../job/layout.ts'
import type { JobSettings } from '../job/job.ts'
import type { Machine } from '../job/machine.ts'
import type { LogSink } from '../log/log-sink.ts'
import { Masker } from '../log/masker.ts'
import type { Reporter } from '../report/reporter.ts'
import type { Workflow } from '../workflow/job-definition.ts'
import { readWorkflow } from '../workflow/read-workflow.ts'
import { chooseEventName, createEvent } from './create-event.ts'
import { toolCacheOf } from './environment.ts'
import type { RunOptions } from './parse-arguments.ts'
import { readSecrets } from './read-secrets.ts'
import { resolveInputs } from './resolve-inputs.ts'
import { createRunnerContext } from './runner-context.ts'

export interface RunDeps {
  readonly machine: Machine
  readonly sink: LogSink
  readonly reporter: Reporter
  readonly cancelSignal: AbortSignal
  readonly killSignal: AbortSignal
  /** 36 letters and digits, new for each run. */
  readonly createToken: () => string
}

/**
 * Reads everything a job needs.
 *
 * @throws Error saying which file or option is wrong
 */
export async function createJobSettings(options: RunOptions, deps: RunDeps): Promise<JobSettings> {
  const repositoryDirectory = resolve(options.repositoryDirectory)
  const file = resolve(repositoryDirectory, options.workflow)
  if (!existsSync(file)) throw new Error(`There is no workflow ${file}.`)
  const workflowPath = isAbsolute(options.workflow) ? relative(repositoryDirectory, file) : options.workflow
  const workflow = await readWorkflow({ name: workflowPath, content: readFileSync(file, 'utf8') }, options.jobId)
  const layout = layoutOf(options, deps.machine)
  const token = `ghs_${deps.createToken()}`
  const secrets = { ...readSecrets(options.secretsFile), GITHUB_TOKEN: token }
  const masker = new Masker()
  for (const secret of Object.values(secrets)) masker.add(secret)
  const inputs = resolveInputs(workflow.inputs, options.inputs)
  const event = eventOf(options, inputs)
  const variables = Object.fromEntries(options.variables)
  const debug = isOn('ACTIONS_STEP_DEBUG', secrets, variables)
  const github = githubOf({ options, workflow, workflowPath, event, token, layout })
  return {
    definition: workflow.job,
    layout,
    machine: deps.machine,
    hookPath: resolve(options.hook),
    repositoryDirectory,
    actionsDirectory: options.actionsDirectory === undefined ? undefined : resolve(options.actionsDirectory),
    contexts: {
      github,
      runner: createRunnerContext(layout, deps.machine, debug || isOn('ACTIONS_RUNNER_DEBUG', secrets, variables)),
      secrets,
      vars: variables,
      inputs
    },
    event: JSON.stringify(event, undefined, 2),
    log: { sink: deps.sink, masker, debug },
    reporter: deps.reporter,
    cancelSignal: deps.cancelSignal,
    killSignal: deps.killSignal
  }
}

function layoutOf(options: RunOptions, machine: Machine): Layout {
  const root = resolve(options.runnerRoot)
  return createLayout({
    root,
    work: resolve(options.work ?? join(root, '_work')),
    repository: options.repository,
    tools: toolCacheOf(machine.env)
  })
}

function eventOf(options: RunOptions, inputs: ContextObject): ContextValue {
  if (options.eventFile === undefined) return createEvent(options.repository, inputs)
  return parseContextValue(JSON.parse(readFileSync(options.eventFile, 'utf8')))
}

interface GithubParts {
  readonly options: RunOptions
  readonly workflow: Workflow
  readonly workflowPath: string
  readonly event: ContextValue
  readonly token: string
  readonly layout: Layout
}

function githubOf({ options, workflow, ...parts }: GithubParts): ContextObject {
  return createGithubContext({
    ...parts,
    repository: options.repository,
    workflowName: workflow.name,
    jobId: workflow.job.id,
    eventName: chooseEventName(workflow)
  })
}

function isOn(name: string, ...sources: readonly Readonly<Record<string, string>>[]): boolean {
  return sources.some(source => source[name]?.toLowerCase() === 'true')
}
