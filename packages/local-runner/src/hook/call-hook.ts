import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandProcessor } from '../commands/command-processor.ts'
import { runProcess, type Cancellation } from '../process/run-process.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import { applyState } from './apply-response.ts'
import type { HookCall } from './hook-args.ts'
import { hookCommand } from './hook-command.ts'
import { hookEnvironment } from './hook-environment.ts'
import { parseResponse, type HookResponse } from './parse-response.ts'
import { maskHookInput } from './mask-hook-input.ts'
import { writeHookInput } from './write-hook-input.ts'

const failure =
  'Executing the custom container implementation failed. Please contact your self hosted runner administrator.'

/**
 * Calls the hook once and takes over the state it answers with (1.8, 1.9).
 *
 * @returns what it answered; undefined when it wrote nothing
 * @throws Error with the runner's one sentence for every failure, the reason as its cause (1.10)
 */
export async function callHook(execution: StepExecution, call: HookCall): Promise<HookResponse | undefined> {
  const { killSignal } = execution.job.settings
  let exitCode: number
  let response: HookResponse | undefined
  try {
    const responseFile = createResponseFile(execution)
    exitCode = await runHook(execution, call, responseFile)
    response = exitCode === 0 ? readResponse(call, responseFile) : undefined
    applyState(execution.job, call, response)
  } catch (cause) {
    killSignal.throwIfAborted()
    throw new Error(failure, { cause })
  }
  if (exitCode === 0) return response
  execution.log.error(`Process completed with exit code ${exitCode}.`)
  throw new Error(failure)
}

/** It is there, and empty, before the hook runs (1.9). */
function createResponseFile({ job }: StepExecution): string {
  const { layout, machine } = job.settings
  mkdirSync(layout.hookResponses, { recursive: true })
  const path = join(layout.hookResponses, `${machine.createUuid()}.json`)
  writeFileSync(path, '')
  return path
}

async function runHook(execution: StepExecution, call: HookCall, responseFile: string): Promise<number> {
  const { job, log } = execution
  const { layout, machine, hookPath, reporter, killSignal } = job.settings
  const { shell, file, args } = hookCommand(hookPath, layout, machine.env)
  log.output(`##[group]Run '${hookPath}'`)
  log.output(`shell: ${shell}`)
  log.output('##[endgroup]')
  const input = writeHookInput(call, responseFile, job.hookState)
  reporter.hookInput(maskHookInput(input, job.settings.log.masker))
  const processor = new CommandProcessor(execution)
  const request = { file, args, cwd: layout.workspace, env: hookEnvironment(execution), input }
  return await recorded(execution, call, onCancelled =>
    runProcess(request, {
      signal: execution.signal,
      killSignal,
      grace: machine.grace,
      onLine: line => processor.process(line),
      onCancelled
    })
  )
}

async function recorded(
  execution: StepExecution,
  { command }: HookCall,
  run: (onCancelled: (cancellation: Cancellation) => void) => Promise<number>
): Promise<number> {
  const { machine, reporter } = execution.job.settings
  const startMs = machine.nowMs()
  let exitCode: number | null = null
  let cancellation: Cancellation | undefined
  try {
    exitCode = await run(how => (cancellation = how))
    return exitCode
  } finally {
    execution.root.exitCode = exitCode
    const { displayName } = execution.root
    const durationMs = machine.nowMs() - startMs
    reporter.hook({ command, exitCode, cancellation, durationMs, step: displayName })
  }
}

function readResponse(call: HookCall, responseFile: string): HookResponse | undefined {
  const text = readFileIfThere(responseFile)
  rmSync(responseFile, { force: true })
  const response = text === undefined ? undefined : parseResponse(text)
  if (call.command !== 'prepare_job') return response
  if (text === undefined) {
    throw new Error(`Response file is required but not found for the hook script running command '${call.command}'`)
  }
  if (call.args.container !== null && response === undefined) {
    throw new Error(`Response file could not be read at '${responseFile}' running command '${call.command}'`)
  }
  if (call.args.container !== null && response?.isAlpine === undefined) {
    throw new Error("The property 'isAlpine' is required but was not found in the response file.")
  }
  return response
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
