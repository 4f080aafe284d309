import type { V1ContainerState, V1PodStatus } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { Preparation } from '../../src/exec/companion.ts'
import { runInPod, type RunInPodOptions } from '../../src/exec/run-in-pod.ts'
import type { Exec, ExecRequest, ExecResult } from '../../src/kubernetes/cluster.ts'
import { unexpectedCluster } from '../kubernetes/unexpected-cluster.ts'
import { until } from '../support/until.ts'
import { createSink, localExec } from './local-exec.ts'
import { script } from './pod-commands.ts'

const running: V1PodStatus = statusWith({ running: {} })

function statusWith(state: V1ContainerState, others: V1PodStatus = {}): V1PodStatus {
  const container = { name: 'job', image: '', imageID: '', ready: true, restartCount: 0, state }
  return { phase: 'Running', containerStatuses: [container], ...others }
}

interface Scene {
  readonly exec: Exec
  /** undefined: there is no pod. */
  readonly status?: V1PodStatus | undefined
  readonly options?: Partial<RunInPodOptions>
}

/** Says what a supervisor would say, without one. */
function speaking(words: { readonly stdout?: string; readonly stderr?: string }, result: ExecResult): Exec {
  return ({ stdout, stderr }) => {
    stdout?.write(Buffer.from(words.stdout ?? ''))
    stderr?.write(Buffer.from(words.stderr ?? ''))
    return Promise.resolve(result)
  }
}

/** One after the other; the last one lasts. The stop script is left out. */
function inTurn(...execs: readonly [Exec, ...Exec[]]): Exec {
  const left = [...execs]
  return async request => {
    if (isStop(request)) return { kind: 'exited', exitCode: 0 }
    const exec = left.length > 1 ? left.shift() : left[0]
    return await (exec ?? execs[0])(request)
  }
}

function isStop({ command }: ExecRequest): boolean {
  return command.length > 1
}

const exited: ExecResult = { kind: 'exited', exitCode: 0 }
const broken: ExecResult = { kind: 'broken', reason: 'connection closed (1006)' }

describe('runInPod', () => {
  let runFolder = ''
  beforeEach(async () => {
    runFolder = await mkdtemp(join(tmpdir(), 'run-in-pod-'))
  })
  afterEach(async () => {
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  })

  async function run(text: string, { exec, status = running, options = {} }: Scene): Promise<number> {
    const pods = { get: () => Promise.resolve(status.phase === undefined ? undefined : { status }) }
    return await runInPod(script(text), {
      cluster: unexpectedCluster({ exec, pods }),
      podName: 'p',
      container: 'job',
      output: createSink().stream,
      signal: new AbortController().signal,
      runFolder,
      sleep: () => Promise.resolve(),
      ...options
    })
  }
  const gone: V1PodStatus = {}

  it('leaves the connection when nothing of the command is left, without waiting for the end of its shell', async () => {
    const exec: Exec = async ({ stdin, stdout, stderr, signal }) => {
      stdout?.write(Buffer.from('text'))
      stderr?.write(Buffer.from('k8s-hooks attached\nk8s-hooks exit 3 4 0\n'))
      stdin?.on('end', () => stderr?.write(Buffer.from('k8s-hooks gone\n'))).resume()
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('left')))
      })
    }
    expect(await run('', { exec })).toBe(3)
  })

  it('returns the exit code and passes the output on, by one connection', async () => {
    const { stream, text } = createSink()
    let connections = 0
    const exec: Exec = async request => {
      connections++
      return await localExec()(request)
    }
    expect(await run('echo out; echo err >&2; exit 42', { exec, options: { output: stream } })).toBe(42)
    expect([text(), connections, await readdir(runFolder)]).toEqual(['out\nerr\n', 1, []])
  })

  it('connects at once, and begins when it may', async () => {
    const { stream, text } = createSink()
    let allow: (preparation: Preparation) => void = () => undefined
    const begin = new Promise<Preparation>(resolve => (allow = resolve))
    let connections = 0
    const exec: Exec = async request => {
      connections++
      return await localExec()(request)
    }
    const running = run('echo ran', { exec, options: { output: stream, begin } })
    await until(() => connections === 1)
    expect(await readdir(runFolder)).toEqual([])
    allow({ script: '' })
    expect([await running, text(), connections]).toEqual([0, 'ran\n', 1])
  })

  it('prepares the command by the text that it waits for, and tells that it has begun', async () => {
    const { stream, text } = createSink()
    let begun = 0
    const begin = Promise.resolve({ script: `echo prepared >'${runFolder}/file'` })
    const options = { output: stream, begin, onStart: () => (begun += 1) }
    expect(await run(`cat '${runFolder}/file'`, { exec: localExec(), options })).toBe(0)
    expect([text(), begun > 0]).toEqual(['prepared\n', true])
  })

  it('says in the words of the shell why a command could not be prepared', async () => {
    let begun = 0
    const options = {
      begin: Promise.resolve({ script: "echo 'no space left' >&2; false" }),
      onStart: () => (begun += 1)
    }
    await expect(run('echo ran', { exec: localExec(), options })).rejects.toMatchObject({
      code: 'STEP_NOT_STARTED',
      message: expect.stringContaining('no space left') as unknown
    })
    expect(begun).toBe(0)
  })

  it('begins nothing and stops nothing when it may not begin', async () => {
    const commands: (readonly string[])[] = []
    const exec: Exec = async request => {
      commands.push(request.command)
      return await localExec()(request)
    }
    const begin = Promise.reject(new Error('the files did not come'))
    await expect(run('echo ran', { exec, options: { begin } })).rejects.toThrow('the files did not come')
    expect([commands, await readdir(runFolder)]).toEqual([[['sh']], []])
  })

  it('counts the five minutes without a connection from when the command may begin', async () => {
    let ms = 0
    let allow: (preparation: Preparation) => void = () => undefined
    const begin = new Promise<Preparation>(resolve => (allow = resolve))
    const exec = inTurn(() => {
      ms += 400_000
      allow({ script: '' })
      return Promise.resolve(broken)
    }, localExec())
    expect(await run('exit 4', { exec, options: { begin, now: () => ms } })).toBe(4)
  })

  it.each([{ cuts: [1] }, { cuts: [100_000, 1, 65_536, 70_000] }, { cuts: [1, 1, 1, 1, 1, 1] }])(
    'attaches where it was after connections that broke after $cuts bytes',
    async ({ cuts }) => {
      const program = 'process.stdout.write(Buffer.from(Array.from({ length: 250_000 }, (_, i) => (i * 7) % 251)))'
      const { stream, bytes } = createSink()
      const exitCode = await run(`'${process.execPath}' -e '${program}'; exit 3`, {
        exec: localExec({ cuts }),
        options: { output: stream }
      })
      expect(exitCode).toBe(3)
      expect(bytes().equals(Buffer.from(Array.from({ length: 250_000 }, (_, i) => (i * 7) % 251)))).toBe(true)
    }
  )

  it('runs a command once whose connection breaks at once', async () => {
    const ran = join(runFolder, 'ran')
    expect(await run(`echo once >>'${ran}'; exit 5`, { exec: inTurn(cutBeforeAnything(), localExec()) })).toBe(5)
    expect(await readFile(ran, 'utf8')).toBe('once\n')
  })

  /** The script arrives and the command ends, but the connection was gone before that. */
  function cutBeforeAnything(): Exec {
    return async request => {
      const controller = new AbortController()
      const silent = { ...request, signal: controller.signal, stdout: createSink().stream, stderr: createSink().stream }
      const started = localExec()(silent).catch(() => broken)
      await until(() => existsSync(join(runFolder, 'step', 'code')))
      controller.abort()
      return await started
    }
  }

  it('repeats no byte that waited for a slow output when the connection broke', async () => {
    const taken: Buffer[] = []
    const output = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        taken.push(chunk)
        setImmediate(done)
      }
    })
    const exec = inTurn(
      ({ stdout, stderr }) => {
        stderr?.write(Buffer.from('k8s-hooks attached\n'))
        for (const text of ['a', 'b', 'c']) stdout?.write(Buffer.from(text))
        return Promise.resolve(broken)
      },
      ({ stdin, stdout, stderr }) => {
        expect(String(stdin?.read())).toContain('dd bs=3 count=1')
        stdout?.write(Buffer.from('d'))
        stderr?.write(Buffer.from('k8s-hooks attached\nk8s-hooks exit 0 4 0\n'))
        return Promise.resolve(exited)
      }
    )
    expect(await run('', { exec, options: { output } })).toBe(0)
    expect(Buffer.concat(taken).toString()).toBe('abcd')
  })

  it('does not believe in an end before it has read all of the output', async () => {
    const exec = inTurn(
      speaking({ stdout: 'ab', stderr: 'k8s-hooks attached\nk8s-hooks exit 7 4 0\n' }, broken),
      speaking({ stdout: 'cd', stderr: 'k8s-hooks attached\nk8s-hooks exit 7 4 0\n' }, exited)
    )
    const { stream, text } = createSink()
    expect(await run('', { exec, options: { output: stream } })).toBe(7)
    expect(text()).toBe('abcd')
  })

  it('takes what a left child has written after the end for no loss', async () => {
    const exec = speaking({ stdout: 'ab and more', stderr: 'k8s-hooks attached\nk8s-hooks exit 0 2 0\n' }, exited)
    expect(await run('', { exec })).toBe(0)
  })

  it('takes a shell that ended well without a record for no success', async () => {
    const exec = inTurn(
      speaking({}, exited),
      speaking({ stderr: 'k8s-hooks attached\nk8s-hooks exit 1 0 0\n' }, exited)
    )
    expect(await run('', { exec })).toBe(1)
  })

  it.each<{ how: string; status: V1PodStatus; message: string; exitCode: number }>([
    { how: 'deleted', status: gone, message: 'pod p was deleted.', exitCode: 1 },
    {
      how: 'evicted',
      status: statusWith(
        { terminated: { exitCode: 137, reason: 'Error' } },
        { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory' }
      ),
      message: 'Evicted: The node was low on resource: memory.',
      exitCode: 1
    },
    {
      how: 'killed for its memory',
      status: statusWith({ terminated: { exitCode: 137, reason: 'OOMKilled' } }),
      message: 'Container job ended with exit code 137 (OOMKilled; it used more memory than its limit allows).',
      exitCode: 137
    },
    {
      how: 'ended with 0',
      status: statusWith({ terminated: { exitCode: 0, reason: 'Completed' } }),
      message: 'container job ended with exit code 0 while the step ran.',
      exitCode: 1
    },
    { how: 'failed', status: { phase: 'Failed' }, message: 'the pod failed.', exitCode: 1 }
  ])('says that the step is lost when its container was $how', async ({ status, message, exitCode }) => {
    for (const exec of [speaking({}, broken), speaking({ stderr: 'k8s-hooks lost\n' }, exited)]) {
      await expect(run('', { exec: inTurn(exec), status })).rejects.toMatchObject({
        code: 'STEP_LOST',
        message: `The step in pod p did not finish: ${message}`,
        exitCode
      })
    }
  })

  it('says that the step is lost when its process is', async () => {
    const exec = inTurn(speaking({ stderr: 'k8s-hooks attached\nk8s-hooks lost\n' }, exited))
    await expect(run('', { exec })).rejects.toMatchObject({
      code: 'STEP_LOST',
      message: 'The step in pod p did not finish: its process ended without an exit code.'
    })
  })

  it('says that the kernel killed something of a step that failed, which is not stopped for that', async () => {
    const exec = speaking({ stderr: 'k8s-hooks attached\nk8s-hooks exit 137 0 1\n' }, exited)
    const onlyOnce: Exec = async request => {
      expect(isStop(request)).toBe(false)
      return await exec(request)
    }
    await expect(run('', { exec: onlyOnce })).rejects.toMatchObject({ code: 'STEP_OUT_OF_MEMORY', exitCode: 137 })
  })

  it('says what the image lacks', async () => {
    const exec = inTurn(speaking({ stderr: 'the image has no wc\n' }, { kind: 'exited', exitCode: 1 }))
    await expect(run('', { exec })).rejects.toMatchObject({
      code: 'STEP_NOT_STARTED',
      message: 'The container of pod p could not start the step: the image has no wc',
      hint: `The image needs sh, cat, dd, mkdir, rm, sleep and wc; the job container needs a writable ${runFolder}.`
    })
  })

  it('attaches again when the shell of a running step was killed', async () => {
    const exec = inTurn(
      speaking({ stderr: 'k8s-hooks attached\nsh: Killed\n' }, { kind: 'exited', exitCode: 137 }),
      speaking({ stderr: 'k8s-hooks attached\nk8s-hooks exit 0 0 0\n' }, exited)
    )
    expect(await run('', { exec })).toBe(0)
  })

  const away = new HookError('CLUSTER_UNREACHABLE', 'no route to host')
  const unreachable: Exec = () => Promise.reject(away)
  const refused: Exec = () => Promise.reject(new HookError('CLUSTER_REFUSED', 'container not found ("job")'))

  it('waits for an API server that is away, and for a refusal to pass while the step runs', async () => {
    const attached = speaking({ stderr: 'k8s-hooks attached\n' }, broken)
    const done = speaking({ stderr: 'k8s-hooks attached\nk8s-hooks exit 0 0 0\n' }, exited)
    expect(await run('', { exec: inTurn(unreachable, attached, unreachable, refused, done) })).toBe(0)
  })

  it('passes a refusal on before the step runs', async () => {
    await expect(run('', { exec: inTurn(refused) })).rejects.toMatchObject({ code: 'CLUSTER_REFUSED' })
  })

  it('prefers the end of the container to the refusal that it causes', async () => {
    await expect(run('', { exec: inTurn(refused), status: gone })).rejects.toMatchObject({ code: 'STEP_LOST' })
  })

  it('gives up when for five minutes no connection has reached the step', async () => {
    let nowMs = 0
    let stops = 0
    const exec: Exec = async request => {
      if (isStop(request)) stops++
      return await unreachable(request)
    }
    const options: Partial<RunInPodOptions> = {
      now: () => nowMs,
      sleep: ms => {
        nowMs += ms
        return Promise.resolve()
      },
      cluster: unexpectedCluster({ exec, pods: { get: () => Promise.reject(away) } })
    }
    await expect(run('', { exec, options })).rejects.toMatchObject({
      code: 'STEP_LOST',
      message: 'The step in pod p did not finish: no route to host.'
    })
    expect(nowMs).toBeGreaterThan(300_000)
    expect(nowMs).toBeLessThan(310_000)
    expect(stops).toBe(1)
  })

  it('does not give up a silent step whose connection is cut again and again', async () => {
    let nowMs = 0
    const options = {
      now: () => nowMs,
      sleep: () => {
        nowMs += 302_000
        return Promise.resolve()
      }
    }
    const cut = speaking({ stderr: 'k8s-hooks attached\n' }, broken)
    const done = speaking({ stderr: 'k8s-hooks attached\nk8s-hooks exit 0 0 0\n' }, exited)
    const exec = inTurn(cut, ...Array.from({ length: 100 }, () => cut), done)
    expect(await run('', { exec, options })).toBe(0)
  })

  it('stops the command when the signal aborts, and throws its reason', async () => {
    const controller = new AbortController()
    const ended = join(runFolder, 'ended')
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        done()
        controller.abort(new Error('cancelled by SIGINT'))
      }
    })
    const text = `trap "echo tidy >'${ended}'; exit 1" TERM; echo up; while :; do sleep 0.05; done`
    const running = run(text, { exec: localExec(), options: { signal: controller.signal, output } })
    await expect(running).rejects.toThrow('cancelled by SIGINT')
    expect(await readFile(ended, 'utf8')).toBe('tidy\n')
    expect(await readdir(runFolder)).toEqual(['ended'])
  })

  it('throws the reason of the signal also when nothing can be stopped any more', async () => {
    const options = { signal: AbortSignal.abort(new Error('cancelled by SIGINT')) }
    await expect(run('', { exec: unreachable, options })).rejects.toThrow('cancelled by SIGINT')
  })

  it('does not wait for an output that takes nothing when the signal aborts', async () => {
    const controller = new AbortController()
    const output = new Writable({ highWaterMark: 1, write: () => controller.abort(new Error('cancelled by SIGINT')) })
    const running = run('yes | head -c 1000000', { exec: localExec(), options: { signal: controller.signal, output } })
    await expect(running).rejects.toThrow('cancelled by SIGINT')
  })
})
