import { describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createExecInPod } from '../../src/harness/exec-in-pod.ts'
import type { KubectlOptions, KubectlResult } from '../../src/harness/kubectl.ts'

const place = { namespace: 'n', pod: 'p', container: 'c' }
const say = ['sh', '-c', 'echo out; echo err >&2; exit 3']

describe('a command in the runner pod', () => {
  it('gives its output, its exit code, and takes its input', async () => {
    const { kubectl } = createKubectl()
    const exec = createExecInPod(place, kubectl)
    expect(await exec(say)).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
    expect(await exec(['cat'], { input: 'text' })).toEqual({ exitCode: 0, stdout: 'text', stderr: '' })
  })

  it.each(['success without a word', 'error'])(
    'that ends by %s on the way is asked for again, and nothing is told twice',
    async cut => {
      const { kubectl, calls } = createKubectl(cut === 'error' ? 1 : 0)
      let heard = ''
      const result = await createExecInPod(place, kubectl)(say, { onOutput: text => (heard += text) })
      expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
      expect(heard).toBe('out\nerr\n')
      expect(calls).toHaveLength(2)
    }
  )

  it('leaves nothing of it behind once the next one runs', async () => {
    const { kubectl, calls } = createKubectl()
    const exec = createExecInPod(place, kubectl)
    await exec(say)
    const folder = calls[0]?.find(argument => argument.startsWith('/tmp/exec-')) ?? ''
    expect(existsSync(folder)).toBe(true)
    await exec(say)
    expect(existsSync(folder)).toBe(false)
  })

  it('is not taken for a success when nothing of it can be had', async () => {
    let calls = 0
    const cut = { exitCode: 0, stdout: '', stderr: '' }
    const gone = { exitCode: 1, stdout: '', stderr: 'Error from server (NotFound)' }
    const exec = createExecInPod(place, () => Promise.resolve(calls++ === 0 ? cut : gone))
    await expect(exec(say)).rejects.toThrow(/pod p could not be fetched.*NotFound/)
  })

  it('keeps kubectl’s own words where no command ran', async () => {
    const gone = { exitCode: 1, stdout: '', stderr: 'Error from server (NotFound)' }
    const exec = createExecInPod(place, () => Promise.resolve(gone))
    expect(await exec(say)).toEqual(gone)
  })
})

/** Runs here what would run in the pod; with an exit code, the first command's connection is cut behind the first line of its output. */
function createKubectl(cutBy?: number): {
  readonly kubectl: (args: readonly string[], options?: KubectlOptions) => Promise<KubectlResult>
  readonly calls: (readonly string[])[]
} {
  const calls: (readonly string[])[] = []
  return {
    calls,
    kubectl: async (args, { input = '', onOutput } = {}) => {
      calls.push(args)
      const [program = '', ...rest] = args.slice(args.indexOf('--') + 1)
      const child = spawn(program, rest)
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
      child.stdin.end(input)
      const exitCode = await new Promise<number>(resolve => child.once('close', code => resolve(code ?? 1)))
      if (cutBy !== undefined && calls.length === 1) {
        onOutput?.('out\n', 'stdout')
        return { exitCode: cutBy, stdout: 'out\n', stderr: '' }
      }
      onOutput?.(stdout, 'stdout')
      onOutput?.(stderr, 'stderr')
      return { exitCode, stdout, stderr }
    }
  }
}
