import type { Readable, Writable } from 'node:stream'
import type WebSocket from 'ws'
import type { ExecRequest, ExecResult } from './cluster.ts'
import { execResultOf } from './exec-status.ts'
import { watchHeartbeat } from './heartbeat.ts'

/** Channels of the protocol (k8s.io/apimachinery/pkg/util/remotecommand): first byte of every frame. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 }

/**
 * Carries stdin, stdout and stderr over an open exec socket until it closes. Both directions have backpressure:
 * a slow reader pauses the socket, a full socket pauses stdin.
 * An abort of the request's signal terminates the socket and rejects with the signal's reason.
 */
export async function carryExec(socket: WebSocket, request: ExecRequest): Promise<ExecResult> {
  const stopHeartbeat = watchHeartbeat(socket)
  const abort = (): void => socket.terminate()
  request.signal.addEventListener('abort', abort, { once: true })
  try {
    const result = receive(socket, request)
    if (request.stdin !== undefined) void sendStdin(socket, request.stdin)
    socket.resume()
    const received = await result
    request.signal.throwIfAborted()
    return received
  } finally {
    stopHeartbeat()
    request.signal.removeEventListener('abort', abort)
    request.stdin?.destroy()
  }
}

async function receive(socket: WebSocket, { stdout, stderr }: ExecRequest): Promise<ExecResult> {
  return await new Promise(resolve => {
    let result: ExecResult | undefined
    let lastError = ''
    let pendingWrites: Promise<void> = Promise.resolve()
    socket.on('message', (data: Buffer) => {
      const bytes = data.subarray(1)
      if (data[0] === channel.status) {
        result = execResultOf(bytes.toString('utf8'))
        // The status is the last word of the API server; not every one closes the socket after it.
        socket.close(1000)
      } else if (bytes.length > 0) {
        const target = data[0] === channel.stdout ? stdout : data[0] === channel.stderr ? stderr : undefined
        if (target?.write(bytes) === false) pendingWrites = pauseUntilDrained(socket, target)
      }
    })
    socket.on('error', error => (lastError = error.message))
    socket.on('close', (code, reason) => {
      const words = [lastError, reason.toString('utf8')].filter(text => text !== '').join(', ')
      const broken: ExecResult = {
        kind: 'broken',
        reason: `connection closed (${code}${words === '' ? '' : `: ${words}`})`
      }
      void pendingWrites.then(() => resolve(result ?? broken))
    })
  })
}

async function pauseUntilDrained(socket: WebSocket, target: Writable): Promise<void> {
  socket.pause()
  await new Promise<void>(resolve => {
    target.once('drain', resolve)
    target.once('close', resolve)
    target.once('error', () => resolve())
  })
  socket.resume()
}

/** A reading error ends the socket: the other end must not take a cut stream for a whole one. */
async function sendStdin(socket: WebSocket, stdin: Readable): Promise<void> {
  try {
    for await (const chunk of stdin) {
      if (socket.readyState !== socket.OPEN) return
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string)
      await sendFrame(socket, Buffer.concat([Buffer.from([channel.stdin]), bytes]))
    }
    if (socket.readyState === socket.OPEN) await sendFrame(socket, Buffer.from([channel.close, channel.stdin]))
  } catch {
    socket.terminate()
  }
}

async function sendFrame(socket: WebSocket, frame: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.send(frame, error => {
      if (error) reject(error)
      else resolve()
    })
  })
}
