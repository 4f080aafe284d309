import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request, type RequestOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { apiCallOf, type ApiCall } from './api-call.ts'
import { nameOfFault, type ApiFault, type FaultOf } from './api-fault.ts'
import { issueCertificates } from './certificates.ts'
import { kubectl } from './kubectl.ts'

export interface ApiServerFront {
  /** Environment of a runner pod that reaches the API server through the front. */
  readonly env: Readonly<Record<string, string>>
  /** Authority that the runner pod must trust. */
  readonly ca: string
  /** Every request, in their order. */
  readonly exchanges: () => readonly Exchange[]
  readonly stop: () => Promise<void>
}

export interface Exchange extends ApiCall {
  /** "429", "reset"; undefined: the answer was passed on. */
  readonly fault: string | undefined
  /** What the API server has answered; undefined when it was not asked. */
  status?: number | undefined
}

interface Incident {
  readonly exchange: Exchange
  readonly fault: ApiFault | undefined
  /** Sends the request on to the API server. */
  readonly send: () => ClientRequest
  /** Resets the client's connection. */
  readonly reset: () => void
}

/** A proxy before the API server that ends TLS itself: it knows the requests, and what it answers them. The tests run on the node. */
export async function startApiServerFront(faultOf: FaultOf): Promise<ApiServerFront> {
  const target = await apiServer()
  const host = target.server.hostname
  const { ca, certificate, key } = await issueCertificates([`IP:${host}`])
  const server = createServer({ cert: certificate, key })
  const sockets = trackSockets(server)
  const exchanges: Exchange[] = []
  const begin = (incoming: IncomingMessage, body: string): Incident => {
    const { method = '', url = '', headers, socket } = incoming
    const call = apiCallOf(method, url, body)
    const fault = faultOf(call)
    const exchange: Exchange = { ...call, fault: fault === undefined ? undefined : nameOfFault(fault) }
    exchanges.push(exchange)
    const options: RequestOptions = { method, headers, ca: target.ca, agent: false }
    const reset = (): void => void sockets.get(socket.remotePort)?.resetAndDestroy()
    const send = (): ClientRequest => {
      const upstream = request(new URL(url, target.server), options).on('error', reset)
      upstream.end(body)
      return upstream
    }
    return { exchange, fault, send, reset }
  }
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void text(incoming).then(body => answer(begin(incoming, body), outgoing))
  })
  server.on('upgrade', (incoming: IncomingMessage, client: Duplex) => upgrade(begin(incoming, ''), client))
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  return {
    env: {
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port)
    },
    ca,
    exchanges: () => exchanges,
    stop: async () => {
      for (const socket of sockets.values()) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

/** By their port at the other end. A TLS socket cannot be reset; the one below it can. */
function trackSockets(server: ReturnType<typeof createServer>): ReadonlyMap<number | undefined, Socket> {
  const sockets = new Map<number | undefined, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    sockets.set(remotePort, socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(remotePort))
  })
  return sockets
}

function answer({ exchange, fault, send, reset }: Incident, outgoing: ServerResponse): void {
  outgoing.on('error', () => undefined)
  if (fault?.kind === 'answer') return void outgoing.writeHead(fault.status, headersOf(fault)).end(fault.body)
  if (fault?.kind === 'reset') {
    reset()
    return
  }
  const upstream = send().on('response', response => {
    exchange.status = response.statusCode
    response.on('error', () => outgoing.destroy())
    if (fault === undefined) {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    } else if (fault.kind === 'lost answer') reset()
  })
  outgoing.on('close', () => upstream.destroy())
}

function upgrade({ exchange, fault, send, reset }: Incident, client: Duplex): void {
  client.on('error', () => undefined)
  if (fault?.kind === 'answer') return void client.end(headOf(fault.status, headersOf(fault)) + fault.body)
  if (fault?.kind === 'reset') {
    reset()
    return
  }
  const upstream = send().on('response', response => {
    exchange.status = response.statusCode
    client.write(headOf(response.statusCode, response.headers))
    response.pipe(client)
  })
  upstream.on('upgrade', (response, socket: Duplex, head: Buffer) => {
    exchange.status = response.statusCode
    socket.on('error', () => client.destroy()).on('close', () => client.end())
    client.on('close', () => socket.destroy())
    if (fault?.kind === 'lost answer') reset()
    if (fault !== undefined && fault.kind !== 'false success') return
    client.write(headOf(response.statusCode, response.headers))
    if (fault === undefined) {
      client.write(head)
      socket.pipe(client).pipe(socket)
    } else {
      // What the command is sent gets lost, as what it says.
      client.resume()
      client.end(falseSuccess)
    }
  })
  client.on('close', () => upstream.destroy())
}

const status = Buffer.from('\u0003{"status":"Success"}')
/** Two WebSocket frames: a message on the channel of the status, and a normal end (RFC 6455, 5.2 and 7.4.1). */
const falseSuccess = Buffer.concat([Buffer.from([0x82, status.length]), status, Buffer.from([0x88, 2, 0x03, 0xe8])])

function headersOf({ body, retryAfter }: Extract<ApiFault, { kind: 'answer' }>): Readonly<Record<string, string>> {
  return {
    'content-length': String(Buffer.byteLength(body)),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter })
  }
}

function headOf(status = 502, headers: IncomingHttpHeaders): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map(text => `${name}: ${text}`))
  return [`HTTP/1.1 ${status} x`, ...lines, '', ''].join('\r\n')
}

async function apiServer(): Promise<{ readonly server: URL; readonly ca: string }> {
  const path = '{.clusters[0].cluster.server} {.clusters[0].cluster.certificate-authority-data}'
  const found = await kubectl(['config', 'view', '--minify', '--flatten', '-o', `jsonpath=${path}`])
  const [server = '', ca = ''] = found.split(' ')
  return { server: new URL(server), ca: Buffer.from(ca, 'base64').toString('utf8') }
}
