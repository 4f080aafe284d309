import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** The way out of a network, as companies have them. */
export interface ForwardProxy {
  readonly port: number
  /** `host:port` of each connection that was asked for, with the right password. */
  readonly targets: () => readonly string[]
  readonly stop: () => Promise<void>
}

export interface ForwardProxyOptions {
  readonly listenHost: string
  /** Whom it lets out, as `user:password`. */
  readonly user: string
  /** Where the names lie that only the proxy knows: `host:port` by `host:port`. It connects to nothing else. */
  readonly places: Readonly<Record<string, { readonly host: string; readonly port: number }>>
}

/** A proxy for CONNECT. */
export async function startForwardProxy({ listenHost, user, places }: ForwardProxyOptions): Promise<ForwardProxy> {
  const expected = `Basic ${Buffer.from(user).toString('base64')}`
  const targets: string[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((_request, response) => void response.writeHead(405).end())
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    keep(client)
    const place = places[url]
    if (headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    } else if (place === undefined) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    } else {
      targets.push(url)
      const upstream = keep(connect(place.port, place.host))
      upstream.on('connect', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'))
      client.pipe(upstream).pipe(client)
      client.on('close', () => upstream.destroy())
      // To a slow client something may still have to be written.
      upstream.on('close', () => client.end())
    }
  })
  await new Promise<void>(resolve => server.listen(0, listenHost, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    targets: () => targets,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
