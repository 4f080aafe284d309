import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StepExecution } from '../steps/step-execution.ts'
import { parseKeyValueFile } from './key-value-file.ts'
import { setEnvironment } from './set-environment.ts'

interface FileCommand {
  /** `GITHUB_<NAME>` and the key in the `github` context. */
  readonly name: string
  readonly prefix: string
  readonly process: (execution: StepExecution, path: string) => void
}

const summaryLimitBytes = 1024 * 1024

const fileCommands: readonly FileCommand[] = [
  { name: 'path', prefix: 'add_path_', process: addPaths },
  { name: 'env', prefix: 'set_env_', process: pairs(setEnvironment) },
  { name: 'step_summary', prefix: 'step_summary_', process: keepSummary },
  { name: 'state', prefix: 'save_state_', process: pairs(({ state }, name, value) => state.set(name, value)) },
  { name: 'output', prefix: 'set_output_', process: pairs(({ scope, id }, ...pair) => scope.setOutput(id, ...pair)) }
]

/**
 * Creates the empty files of a step and puts their host paths in its `github` context (3).
 *
 * @returns reads the files back; a file that is malformed fails the step
 */
export function openFileCommands(execution: StepExecution): () => void {
  const { layout, machine } = execution.job.settings
  const suffix = machine.createUuid()
  mkdirSync(layout.fileCommands, { recursive: true })
  const files = fileCommands.map(command => ({ command, path: join(layout.fileCommands, command.prefix + suffix) }))
  for (const { command, path } of files) {
    writeFileSync(path, '')
    execution.github.set(command.name, path)
  }
  return () => {
    for (const { command, path } of files) processFile(execution, command, path)
  }
}

function processFile(execution: StepExecution, command: FileCommand, path: string): void {
  try {
    if (existsSync(path)) command.process(execution, path)
    else execution.log.debug(`File of GITHUB_${command.name.toUpperCase()} does not exist '${path}'`)
  } catch (error) {
    execution.log.error(`Unable to process file command '${command.name}' successfully.`)
    execution.log.error(error instanceof Error ? error.message : String(error))
    execution.commandFailed = true
  }
}

function addPaths(execution: StepExecution, path: string): void {
  for (const line of readFileSync(path, 'utf8').split(/\r\n|\n|\r/)) {
    if (line !== '') execution.job.addPath(line)
  }
}

function pairs(set: (execution: StepExecution, name: string, value: string) => void): FileCommand['process'] {
  return (execution, path) => {
    for (const [name, value] of parseKeyValueFile(readFileSync(path, 'utf8'))) set(execution, name, value)
  }
}

function keepSummary(execution: StepExecution, path: string): void {
  const { size } = statSync(path)
  if (size > summaryLimitBytes) {
    execution.log.error(
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${summaryLimitBytes / 1024}k, ` +
        `got ${Math.floor(size / 1024)}k. For more information see: ` +
        'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary'
    )
    return
  }
  execution.root.summary += execution.job.settings.log.masker.mask(readFileSync(path, 'utf8'))
}
