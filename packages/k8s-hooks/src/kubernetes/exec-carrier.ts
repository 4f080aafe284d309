import type { Readable } from 'node:stream'
import type WebSocket from 'ws'
import type { ExecRequest, ExecResult } from './cluster.ts'
import { execResultOf } from './exec-status.ts'
import { createGate } from './gate.ts'
import { watchHeartbeat } from './heartbeat.ts'

/** Channels of the protocol (k8s.io/apimachinery/pkg/util/remotecommand): first byte of every frame. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 }

/**
 * Carries stdin, stdout and stderr over an open exec socket until it closes. Both directions have backpressure:
 * a slow reader pauses the socket, a full socket pauses stdin.
 * An abort of the request's signal terminates the socket and rejects with the signal's reason, also when a reader has stopped reading.
 */
export async function carryExec(socket: WebSocket, request: ExecRequest): Promise<ExecResult> {
  const { signal, stdin } = request
  const stopHeartbeat = watchHeartbeat(socket)
  const abort = (): void => socket.terminate()
  signal.addEventListener('abort', abort)
  try {
    const result = receive(socket, request)
    if (signal.aborted) abort()
    if (stdin !== undefined) void sendStdin(socket, stdin)
    socket.resume()
    const received = await result
    signal.throwIfAborted()
    return received
  } finally {
    stopHeartbeat()
    signal.removeEventListener('abort', abort)
  }
}

async function receive(socket: WebSocket, { stdout, stderr, signal }: ExecRequest): Promise<ExecResult> {
  const gate = createGate(socket, signal)
  return await new Promise(resolve => {
    let result: ExecResult | undefined
    let lastError = ''
    socket.on('message', (data: Buffer) => {
      const bytes = data.subarray(1)
      if (data[0] === channel.status) {
        result = execResultOf(bytes.toString('utf8'))
        // Not every server closes the socket after the status. Not before everything was taken: ws gives up a close after 30 s.
        void gate.settled().then(() => socket.close(1000))
        return
      }
      const target = data[0] === channel.stdout ? stdout : data[0] === channel.stderr ? stderr : undefined
      if (target !== undefined && bytes.length > 0) gate.pass(target, bytes)
    })
    socket.on('error', error => (lastError = error.message))
    socket.on('close', (code, reason) => {
      const words = [lastError, reason.toString('utf8')].filter(text => text !== '').join(', ')
      const broken: ExecResult = {
        kind: 'broken',
        reason: `connection closed (${code}${words === '' ? '' : `: ${words}`})`
      }
      void gate.settled().then(() => resolve(result ?? broken))
    })
  })
}

/** A reading error ends the socket: the other end must not take a cut stream for a whole one. */
async function sendStdin(socket: WebSocket, stdin: Readable): Promise<void> {
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string)
      if (!(await sendFrame(socket, Buffer.concat([Buffer.from([channel.stdin]), bytes])))) return
    }
  } catch {
    socket.terminate()
    return
  }
  await sendFrame(socket, Buffer.from([channel.close, channel.stdin]))
}

/** False when the socket takes no more: its close is told by its own event, after what it still brings. */
async function sendFrame(socket: WebSocket, frame: Buffer): Promise<boolean> {
  if (socket.readyState !== socket.OPEN) return false
  return await new Promise(resolve => {
    socket.send(frame, error => resolve(!error))
  })
}
