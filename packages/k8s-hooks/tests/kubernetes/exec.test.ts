import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { once } from 'node:events'
import { PassThrough, Readable, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import type { ClusterAccess } from '../../src/kubernetes/cluster-access.ts'
import type { ExecRequest, ExecResult } from '../../src/kubernetes/cluster.ts'
import { createExec } from '../../src/kubernetes/exec.ts'
import { createHandshake } from '../../src/kubernetes/handshake.ts'
import { doneExitCode } from '../../src/kubernetes/until-done.ts'
import type { Sleep } from '../../src/support/poll.ts'
import { until } from '../support/until.ts'
import { channel, collectStdin, startExecServer, statusFrame, type ExecServer } from './exec-server.ts'

const signal = new AbortController().signal
const warnings: string[] = []
const noteWarning = (warning: Error): void => void warnings.push(String(warning))
let server: ExecServer

beforeAll(async () => {
  server = await startExecServer()
  process.on('warning', noteWarning)
})
afterEach(async () => {
  server.forget()
  await new Promise(setImmediate)
  expect(warnings.filter(warning => warning.includes('MaxListeners'))).toEqual([])
})
afterAll(() => {
  process.off('warning', noteWarning)
  server.stop()
})

type Given = Partial<ClusterAccess> & { readonly sleep?: Sleep }

async function exec(request: Partial<ExecRequest>, { sleep, ...access }: Given = {}): Promise<ExecResult> {
  const token = (): Promise<string> => Promise.resolve('secret-token')
  const own = { host: '127.0.0.1', port: server.port, basePath: '', tls: { ca: server.ca }, token, namespace: 'arc' }
  const run = createExec(
    { ...own, ...access },
    createHandshake({ ...own, ...access }),
    sleep ?? (() => Promise.resolve())
  )
  return await run({ podName: 'p', container: 'job', command: ['true'], signal, ...request })
}

/** Takes the bytes of a frame only when told to. */
function slowReader(): {
  readonly target: PassThrough
  readonly takeAll: () => Promise<Buffer>
  readonly isStuck: () => boolean
} {
  const target = new PassThrough({ highWaterMark: 16 })
  return {
    target,
    takeAll: async () => await buffer(target),
    isStuck: () => target.writableNeedDrain
  }
}

describe('opening an exec', () => {
  it('asks for the command as it is, with token and protocol', async () => {
    let asked: unknown
    server.next(({ request, exit }) => {
      asked = {
        url: request.url,
        protocol: request.headers['sec-websocket-protocol'],
        token: request.headers.authorization
      }
      exit(doneExitCode)
    })
    const command = ['sh', '-c', 'echo "a b" & c=ü']
    const result = await exec({ command, stdin: Readable.from([]) }, { basePath: '/prefix' })
    expect(result).toEqual({ kind: 'exited', exitCode: 0 })
    const query =
      'command=sh&command=-c&command=echo+%22a+b%22+%26+c%3D%C3%BC&container=job&stdin=true&stdout=true&stderr=true'
    expect(asked).toEqual({
      url: `/prefix/api/v1/namespaces/arc/pods/p/exec?${query}`,
      protocol: 'v5.channel.k8s.io',
      token: 'Bearer secret-token'
    })
  })

  it('tries again what is refused for a moment, five times in a row, and waits as Retry-After says', async () => {
    const pausesMs: number[] = []
    const busy = { status: 503, body: 'apiserver is shutting down' }
    server.next(busy, { status: 429, body: '', retryAfter: '7' }, busy, busy, busy, ({ exit }) => exit(7))
    const sleep: Sleep = ms => Promise.resolve(void pausesMs.push(ms))
    expect(await exec({}, { sleep })).toEqual({ kind: 'exited', exitCode: 7 })
    expect(pausesMs).toEqual([100, 7000, 400, 800, 1600])
  })

  it.each([
    {
      refused: {
        status: 403,
        body: '{"message":"pods \\"p\\" is forbidden: User \\"u\\" cannot get resource \\"pods/exec\\""}'
      },
      code: 'PERMISSION_DENIED',
      message: "The runner's service account may not get pods/exec in namespace arc"
    },
    {
      refused: { status: 404, body: '{"message":"pods \\"p\\" not found"}' },
      code: 'CLUSTER_REFUSED',
      message: 'Kubernetes refused to get pods/exec "p" in namespace arc (404): pods "p" not found'
    },
    {
      refused: { status: 400, body: '{"message":"container main is not valid for pod p"}' },
      code: 'CLUSTER_REFUSED',
      message: '(400): container main is not valid for pod p'
    }
  ])('does not try again what is refused with $refused.status', async ({ refused, code, message }) => {
    server.next(refused)
    await expect(exec({})).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('says after eight attempts that nothing takes the exec', async () => {
    const { port } = await closedPort()
    await expect(exec({}, { port })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringMatching(/^The API server did not take the exec into pod p: .*ECONNREFUSED/)
    })
  })

  it('says that the token cannot be read', async () => {
    await expect(exec({}, { token: () => Promise.reject(new Error('ENOENT: token')) })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: 'The API server did not take the exec into pod p: ENOENT: token'
    })
  })

  it('does not begin when the signal has aborted', async () => {
    await expect(exec({ signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow('cancelled')
  })

  it('ends with the reason of the signal when that aborts before the socket is open', async () => {
    const controller = new AbortController()
    const token = (): Promise<string> => {
      setImmediate(() => controller.abort(new Error('cancelled')))
      return new Promise(resolve => setImmediate(() => resolve('t')))
    }
    server.next(() => undefined)
    await expect(exec({ signal: controller.signal }, { token })).rejects.toThrow('cancelled')
  })
})

describe('what a command says', () => {
  it('is put together from frames of any size, stdout and stderr apart', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256))
    server.next(({ send, exit }) => {
      send(channel.stdout, '')
      for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 3) % 997) {
        send(channel.stdout, bytes.subarray(at, at + size))
        send(channel.stderr, 'e')
      }
      exit(doneExitCode)
    })
    const stdout = new PassThrough({ highWaterMark: 2 ** 20 })
    const stderr = new PassThrough({ highWaterMark: 2 ** 20 })
    await exec({ stdout, stderr })
    expect(await buffer(stdout.end())).toEqual(bytes)
    expect(await text(stderr.end())).toMatch(/^e+$/)
  })

  it('is dropped where nobody reads it', async () => {
    server.next(({ send, exit }) => {
      send(channel.stdout, 'lost')
      send(channel.stderr, 'lost')
      exit(doneExitCode)
    })
    expect(await exec({})).toEqual({ kind: 'exited', exitCode: 0 })
  })

  it('waits for its reader, and arrives whole', async () => {
    const { target, takeAll, isStuck } = slowReader()
    const frame = Buffer.alloc(8192, 'x')
    let serverEnd: { readonly bufferedAmount: number } | undefined
    server.next(({ socket, send, exit }) => {
      serverEnd = socket
      for (let count = 0; count < 4096; count++) send(channel.stdout, frame)
      exit(doneExitCode)
    })
    const result = exec({ stdout: target })
    await until(() => isStuck())
    const taking = takeAll()
    expect(serverEnd?.bufferedAmount).toBeGreaterThan(0)
    expect(await result).toEqual({ kind: 'exited', exitCode: 0 })
    target.end()
    expect((await taking).length).toBe(4096 * 8192)
    expect(target.listenerCount('drain')).toBe(0)
  })

  it('waits for both readers, whichever is the slower', async () => {
    const out = slowReader()
    const err = slowReader()
    server.next(({ send, exit }) => {
      send(channel.stdout, 'o'.repeat(100))
      send(channel.stderr, 'e'.repeat(100))
      exit(3)
    })
    let isOver = false
    const result = exec({ stdout: out.target, stderr: err.target }).finally(() => (isOver = true))
    await until(() => out.isStuck() && err.isStuck())
    err.target.resume()
    await until(() => !err.isStuck())
    expect(isOver).toBe(false)
    out.target.resume()
    expect(await result).toEqual({ kind: 'exited', exitCode: 3 })
  })

  it('counts also when it comes after the exit code', async () => {
    server.next(({ socket, send }) => {
      send(channel.status, statusFrame(doneExitCode))
      send(channel.stdout, 'late')
      socket.close(1000)
    })
    const stdout = new PassThrough()
    expect(await exec({ stdout })).toEqual({ kind: 'exited', exitCode: 0 })
    expect(await text(stdout.end())).toBe('late')
  })

  it('does not hold up the end when its reader is gone', async () => {
    const stdout = new Writable({ highWaterMark: 1, write: () => stdout.destroy() })
    server.next(({ send, exit }) => {
      send(channel.stdout, 'nobody reads this')
      exit(doneExitCode)
    })
    expect(await exec({ stdout })).toEqual({ kind: 'exited', exitCode: 0 })
  })
})

describe('how a command ends', () => {
  it.each([1, 42, 137, 255])('is exit code %i', async exitCode => {
    server.next(({ exit }) => exit(exitCode))
    expect(await exec({})).toEqual({ kind: 'exited', exitCode })
  })

  it('is known though the server leaves the socket open', async () => {
    server.next(({ send }) => send(channel.status, statusFrame(5)))
    expect(await exec({})).toEqual({ kind: 'exited', exitCode: 5 })
  })

  it('is not known when the server tells something else', async () => {
    server.next(({ send }) => send(channel.status, 'oops'))
    expect(await exec({})).toMatchObject({ kind: 'broken' })
  })

  it('is not known when the server closes the socket without a status', async () => {
    server.next(({ socket }) => socket.close(1000, 'bye'))
    expect(await exec({})).toEqual({ kind: 'broken', reason: 'connection closed (1000: bye)' })
  })

  it('is not known when the connection is reset', async () => {
    server.next(({ send, reset }) => {
      send(channel.stdout, 'partial')
      setImmediate(reset)
    })
    const stdout = new PassThrough()
    expect(await exec({ stdout })).toMatchObject({
      kind: 'broken',
      reason: expect.stringMatching(/^connection closed \(1006/)
    })
  })
})

describe('stdin', () => {
  it('arrives to the byte, and its end is told without closing the socket', async () => {
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 13) % 256))
    let received: Buffer | undefined
    server.next(({ socket, exit }) => {
      const stdin = collectStdin(socket)
      void stdin.ended.then(() => {
        received = stdin.bytes()
        exit(doneExitCode)
      })
    })
    await exec({ stdin: Readable.from([sent.subarray(0, 1), sent.subarray(1, 70_000), sent.subarray(70_000)]) })
    expect(received).toEqual(sent)
  })

  it('may be text', async () => {
    let received = ''
    server.next(({ socket, exit }) => {
      const stdin = collectStdin(socket)
      void stdin.ended.then(() => {
        received = stdin.bytes().toString()
        exit(doneExitCode)
      })
    })
    const stdin = new PassThrough({ encoding: 'utf8' })
    stdin.end('ü')
    await exec({ stdin })
    expect(received).toBe('ü')
  })

  it('is not told as ended when reading it fails', async () => {
    let hasEnded = false
    server.next(({ socket }) => void collectStdin(socket).ended.then(() => (hasEnded = true)))
    const stdin = Readable.from(
      (function* () {
        yield Buffer.from('half')
        throw new Error('EIO')
      })()
    )
    expect(await exec({ stdin })).toMatchObject({ kind: 'broken' })
    expect(hasEnded).toBe(false)
  })

  it('may be left unread by a command that ends', async () => {
    const stdin = new PassThrough()
    server.next(({ socket, exit }) => socket.once('message', () => exit(9)))
    const writing = exec({ stdin })
    stdin.write('first')
    expect(await writing).toEqual({ kind: 'exited', exitCode: 9 })
    expect(stdin.destroyed).toBe(true)
  })

  it('is read no faster than the server takes it', async () => {
    let sent = 0
    const stdin = new Readable({
      read() {
        sent += 65_536
        this.push(sent > 2 ** 27 ? null : Buffer.alloc(65_536))
      }
    })
    server.next(({ socket }) => socket.pause())
    const controller = new AbortController()
    const result = exec({ stdin, signal: controller.signal })
    let before = -1
    while (sent === 0 || sent !== before) {
      before = sent
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    }
    expect(sent).toBeLessThan(2 ** 26)
    controller.abort(new Error('enough'))
    await expect(result).rejects.toThrow('enough')
  })
})

describe('an abort', () => {
  it('ends the exec with the reason of the signal, and the connection with it', async () => {
    const controller = new AbortController()
    const stdin = new PassThrough()
    const closed = new Promise<void>(resolve =>
      server.next(({ socket }) => {
        socket.on('close', () => resolve())
        controller.abort(new Error('cancelled by SIGINT'))
      })
    )
    await expect(exec({ stdin, signal: controller.signal })).rejects.toThrow('cancelled by SIGINT')
    await closed
    expect(stdin.destroyed).toBe(true)
  })

  it('does not wait for a reader that has stopped', async () => {
    const controller = new AbortController()
    const { target, isStuck } = slowReader()
    server.next(({ send }) => send(channel.stdout, 'x'.repeat(100)))
    const result = exec({ stdout: target, signal: controller.signal })
    await until(() => isStuck())
    controller.abort(new Error('cancelled by SIGINT'))
    await expect(result).rejects.toThrow('cancelled by SIGINT')
    expect(target.listenerCount('drain')).toBe(0)
  })

  it('leaves no listener on the signal behind an exec that has ended', async () => {
    const controller = new AbortController()
    const { signal: ours } = controller
    const [added, removed] = [jest.spyOn(ours, 'addEventListener'), jest.spyOn(ours, 'removeEventListener')]
    server.next(({ exit }) => exit(doneExitCode))
    await exec({ signal: ours })
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
    expect(added.mock.calls.length).toBeGreaterThan(0)
  })
})

async function closedPort(): Promise<{ readonly port: number }> {
  const { createServer } = await import('node:net')
  const temporary = createServer().listen(0, '127.0.0.1')
  await once(temporary, 'listening')
  const address = temporary.address()
  temporary.close()
  await once(temporary, 'close')
  return { port: typeof address === 'object' && address !== null ? address.port : 1 }
}
