import { spawn } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HookCommand, Plan } from '../plan.ts'

/** Calls the hook as the runner does, and keeps the job's state between the calls. */
export interface HookCalls {
  /** `env`: more environment of the hook's process. */
  readonly call: (command: HookCommand, env?: Readonly<Record<string, string>>) => Promise<HookEnd>
}

/** A call that succeeded. */
export interface HookEnd {
  readonly peakMemoryMiB: number
  readonly stdoutBytes: number
  /** Milliseconds by stage; empty unless `env` names `timingsFile`. */
  readonly stages: Readonly<Record<string, number>>
  /** Of a step with a Dockerfile, where `env` names `timingsFile`. */
  readonly image: string | undefined
}

export const work = '/home/runner/_work'
export const workspace = `${work}/demo/demo`
/** For ACTIONS_RUNNER_CONTAINER_HOOKS_TIMINGS_FILE. */
export const timingsFile = '/tmp/timings.jsonl'
const hookFile = '/home/runner/k8s-hooks/index.js'
const peakFile = '/tmp/peak-memory'
const peakReporter = '/tmp/report-peak-memory.cjs'
const folders = ['_temp/_runner_file_commands', '_temp/_github_home', '_temp/_github_workflow', '_actions', '_tool']

/** What getrusage(2) says would count this probe's own memory, from before the child became the hook. */
const reportPeak = `process.on('exit', () => {
  const fs = require('fs')
  const kib = /VmHWM:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]
  fs.writeFileSync('${peakFile}', String(kib / 1024))
})`

export const printOutput = (bytes: number): string => `yes 0123456789abcdef0123456789abcdef | head -c ${bytes}`

/** Makes the work folder as the runner leaves it before "Initialize containers", and the scripts of the steps. */
export async function createHookCalls({ inputs, outputBytes }: Plan, env: NodeJS.ProcessEnv): Promise<HookCalls> {
  for (const folder of [...folders, 'demo/demo']) await mkdir(`${work}/${folder}`, { recursive: true })
  await writeFile(`${work}/_temp/true.sh`, 'true\n')
  await writeFile(`${work}/_temp/output.sh`, printOutput(outputBytes))
  await writeFile(peakReporter, reportPeak)
  const hookEnv = { ...env, RUNNER_TEMP: `${work}/_temp`, NODE_OPTIONS: `--require=${peakReporter}` }
  const writeFilesOfStep = createStepFiles()
  let state: unknown = null
  return {
    call: async (command, more = {}) => {
      await writeFilesOfStep()
      const input = { ...inputs[command], responseFile: `${work}/_temp/_runner_hook_responses/bench.json`, state }
      await mkdir(dirname(input.responseFile), { recursive: true })
      await writeFile(input.responseFile, '')
      const { exitCode, stdout, stdoutBytes } = await runHook(JSON.stringify(input), { ...hookEnv, ...more })
      if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}:\n${stdout}`)
      state = stateOf(await readFile(input.responseFile, 'utf8')) ?? state
      const peakMemoryMiB = Number(await readFile(peakFile, 'utf8'))
      await rm(peakFile)
      return { stdoutBytes, peakMemoryMiB, ...(await takeTimings()) }
    }
  }
}

const fileCommands = ['set_output', 'set_env', 'add_path', 'save_state', 'step_summary']
/** That of a push is some 8 kB long. */
const event = JSON.stringify({ payload: 'x'.repeat(8_000) })

/** What the runner writes and deletes before each step: a script, the file commands, event.json anew (contract 3). */
function createStepFiles(): () => Promise<void> {
  let steps = 0
  const fileOf = (name: string, step: number): string => `${work}/_temp/_runner_file_commands/${name}_${step}`
  return async () => {
    const step = ++steps
    await writeFile(`${work}/_temp/_github_workflow/event.json`, event)
    await writeFile(`${work}/_temp/${step}.sh`, 'true\n')
    for (const name of fileCommands) {
      await rm(fileOf(name, step - 1), { force: true })
      await writeFile(fileOf(name, step), '')
    }
  }
}

/** Reads what the call that has just ended has noted, and takes it away. */
async function takeTimings(): Promise<Pick<HookEnd, 'stages' | 'image'>> {
  const text = await readFile(timingsFile, 'utf8').catch(() => '')
  await rm(timingsFile, { force: true })
  const lines = text.split('\n').filter(line => line !== '')
  const times = lines.map(line => JSON.parse(line) as { stage: string; durationMs: number; image?: string })
  return {
    stages: Object.fromEntries(times.map(({ stage, durationMs }) => [stage, durationMs])),
    image: times.find(({ stage }) => stage.startsWith('image '))?.image
  }
}

const keptBytes = 10_000

async function runHook(
  input: string,
  env: NodeJS.ProcessEnv
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stdoutBytes: number }> {
  const child = spawn(process.execPath, [hookFile], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let stdout = ''
  let stdoutBytes = 0
  child.stdout.on('data', (bytes: Buffer) => {
    stdoutBytes += bytes.length
    if (stdout.length < keptBytes) stdout += bytes.toString()
  })
  child.stdin.end(input)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 1))
  })
  return { exitCode, stdout, stdoutBytes }
}

function stateOf(response: string): unknown {
  return response === '' ? undefined : (JSON.parse(response) as { readonly state?: unknown }).state
}
