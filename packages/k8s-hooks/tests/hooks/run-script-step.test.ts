import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { HookError, type JsonObject, type RunScriptStepInput } from '@k8s-hooks/hooklib'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { runScriptStep } from '../../src/hooks/run-script-step.ts'
import type { Exec, ExecRequest } from '../../src/kubernetes/cluster.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'

interface PlayedStep {
  readonly exec: Exec
  readonly requests: readonly ExecRequest[]
}

/** The supervisor's side of one connection: the step printed `output` and ended with `exitCode`. */
function playStep(exitCode: number, output: string): PlayedStep {
  const requests: ExecRequest[] = []
  const exec: Exec = async request => {
    requests.push(request)
    request.stdout?.write(Buffer.from(output))
    request.stderr?.write(Buffer.from(`k8s-hooks attached\nk8s-hooks exit ${exitCode} ${output.length} 0\n`))
    if (request.stdin !== undefined) await text(request.stdin)
    return { kind: 'exited', exitCode: 0 }
  }
  return { exec, requests }
}

let call: HookCall
beforeEach(async () => {
  call = await hookCall()
})
afterEach(() => call.remove())

const inputOf = (entryPoint: string, state: JsonObject | null): RunScriptStepInput => ({
  command: 'run_script_step',
  responseFile: call.responseFile,
  state,
  args: {
    entryPoint,
    entryPointArgs: ['-e', '/__w/_temp/script.sh'],
    environmentVariables: { HOME: '/github/home' },
    prependPath: [],
    workingDirectory: '/__w/app/app'
  }
})
const shared: JsonObject = { version: 1, mode: 'shared' }

describe('run_script_step in shared mode', () => {
  it("runs in the job container, passes its output on and returns the step's exit code", async () => {
    const step = playStep(3, 'hello')
    const context = { ...call.context, cluster: { ...call.context.cluster, exec: step.exec } }
    expect(await runScriptStep(inputOf('sh', shared), context, neverAborted)).toBe(3)
    expect(step.requests.map(({ podName, container }) => [podName, container])).toEqual([
      ['runner-abc-workflow', 'job']
    ])
    call.output.end()
    expect(await text(call.output)).toBe('hello')
  })

  it('hands the state on', async () => {
    const context = { ...call.context, cluster: { ...call.context.cluster, exec: playStep(0, '').exec } }
    await runScriptStep(inputOf('sh', shared), context, neverAborted)
    expect(JSON.parse(await readFile(call.responseFile, 'utf8'))).toEqual({ state: shared })
  })

  it('lets every user of the image write the file commands', async () => {
    const file = join(call.context.paths.workFolder, '_temp/_runner_file_commands/set_env_1')
    await writeFile(file, '', { mode: 0o600 })
    const context = { ...call.context, cluster: { ...call.context.cluster, exec: playStep(0, '').exec } }
    await runScriptStep(inputOf('sh', shared), context, neverAborted)
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('666')
  })

  it('brings the Node version that the entry point names, whole and once', async () => {
    const { externals, workFolder } = call.context.paths
    await mkdir(join(externals, 'node20/bin'), { recursive: true })
    await writeFile(join(externals, 'node20/bin/node'), 'node', { mode: 0o755 })
    const context = { ...call.context, cluster: { ...call.context.cluster, exec: playStep(0, '').exec } }
    const input = inputOf('/__e/node20/bin/node', shared)
    await Promise.all([1, 2].map(() => runScriptStep(input, context, neverAborted)))
    await runScriptStep(input, context, neverAborted)
    const [folder = ''] = (await readdir(workFolder)).filter(name => name !== '_temp')
    expect(await readdir(join(workFolder, folder))).toEqual(['node20'])
    expect((await stat(join(workFolder, folder, 'node20/bin/node'))).mode & 0o111).toBe(0o111)
  })

  it.each<JsonObject | null>([null, {}])('refuses the state %j of a job that was not prepared', async state => {
    await expect(runScriptStep(inputOf('sh', state), call.context, neverAborted)).rejects.toMatchObject({
      code: 'JOB_NOT_PREPARED'
    })
  })

  it('writes no response when the step is lost', async () => {
    const exec: Exec = () => Promise.reject(new HookError('PERMISSION_DENIED', 'no exec'))
    const context = { ...call.context, cluster: { ...call.context.cluster, exec } }
    await expect(runScriptStep(inputOf('sh', shared), context, neverAborted)).rejects.toThrow('no exec')
    await expect(readFile(call.responseFile)).rejects.toThrow('ENOENT')
  })
})
