import { createServer, type Server as HttpsServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { createSelfSigned } from './self-signed.ts'

const v5 = 'v5.channel.k8s.io'
export const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 }

/** What the command does at the server's end of one exec. */
export type ServeExec = (session: ExecSession) => void

export interface ExecSession {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly send: (channelNumber: number, content: string | Buffer) => void
  readonly exit: (exitCode: number) => void
  /** Ends the connection as a proxy that was killed does. */
  readonly reset: () => void
}

export interface ExecServer {
  readonly port: number
  readonly ca: string
  /** One for each connection, in turn. A number refuses the upgrade with that status. */
  readonly next: (...served: readonly (ServeExec | RefusedUpgrade)[]) => void
  /** Speaks no version of the protocol that the client offers. */
  readonly becomeOld: () => void
  /** Drops what was prepared for connections that did not come. */
  readonly forget: () => void
  readonly stop: () => void
}

export interface RefusedUpgrade {
  readonly status: number
  readonly body: string
  readonly retryAfter?: string
}

/** A server that speaks v5.channel.k8s.io as an API server does, over TLS on the loopback. */
export async function startExecServer(): Promise<ExecServer> {
  const { key, cert } = createSelfSigned()
  const server = createServer({ key, cert })
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: protocols => (speaks(protocols) ? v5 : false)
  })
  let isOld = false
  const speaks = (protocols: ReadonlySet<string>): boolean => protocols.has(v5) && !isOld
  const queue: (ServeExec | RefusedUpgrade)[] = []
  server.on('upgrade', (request: IncomingMessage, tcp: Socket, head: Buffer) => {
    const served = queue.shift() ?? { status: 500, body: 'nobody expected another exec' }
    if (typeof served !== 'function') {
      const { status, body, retryAfter } = served
      const wish = retryAfter === undefined ? '' : `retry-after: ${retryAfter}\r\n`
      // The API server leaves the connection open after a refusal, for 90 s.
      tcp.resume().once('end', () => tcp.destroy())
      tcp.write(`HTTP/1.1 ${status} Refused\r\n${wish}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      return
    }
    sockets.handleUpgrade(request, tcp, head, socket => {
      socket.on('error', () => undefined)
      served(sessionOf(socket, request, tcp))
    })
  })
  await listen(server)
  return {
    port: (server.address() as AddressInfo).port,
    ca: cert,
    next: (...served) => void queue.push(...served),
    forget: () => void queue.splice(0),
    becomeOld: () => {
      isOld = true
    },
    stop: () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
    }
  }
}

/** What the client has sent on stdin, and whether it has ended it. */
export function collectStdin(socket: WebSocket): { readonly bytes: () => Buffer; readonly ended: Promise<void> } {
  const chunks: Buffer[] = []
  const ended = new Promise<void>(resolve => {
    socket.on('message', (data: Buffer) => {
      if (data[0] === channel.stdin) chunks.push(data.subarray(1))
      if (data.equals(Buffer.from([channel.close, channel.stdin]))) resolve()
    })
  })
  return { bytes: () => Buffer.concat(chunks), ended }
}

export function statusFrame(exitCode: number): string {
  return JSON.stringify(
    exitCode === 0
      ? { status: 'Success' }
      : {
          status: 'Failure',
          reason: 'NonZeroExitCode',
          message: `command terminated with non-zero exit code: ${exitCode}`,
          details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] }
        }
  )
}

function sessionOf(socket: WebSocket, request: IncomingMessage, tcp: Socket): ExecSession {
  const send = (channelNumber: number, content: string | Buffer): void =>
    socket.send(Buffer.concat([Buffer.from([channelNumber]), Buffer.from(content)]))
  return {
    socket,
    request,
    send,
    exit: exitCode => {
      send(channel.status, statusFrame(exitCode))
      socket.close(1000)
    },
    reset: () => {
      socket.terminate()
      tcp.destroy()
    }
  }
}

async function listen(server: HttpsServer): Promise<void> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
}
