import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** How a connection ends: by an RST, as of a proxy that was killed, or by a FIN, as of one that is tidy. */
export type Cut = 'reset' | 'close'

export interface TcpProxy {
  readonly port: number
  /** Ends every connection, and returns how many there were. */
  readonly cutAll: (how: Cut) => number
  /** Ends every connection once so many more bytes have come from one side. */
  readonly cutAfter: (side: 'client' | 'server', bytes: number, how: Cut) => void
  /** Resets so many of the next connections as soon as they are made. */
  readonly refuseNext: (connections: number) => void
  /** Connections that were ended or refused so far. */
  readonly cuts: () => number
  readonly stop: () => Promise<void>
}

/** Passes bytes on between whoever connects to a free port of `listenHost` and the target. */
export async function startTcpProxy(listenHost: string, target: { host: string; port: number }): Promise<TcpProxy> {
  const clients = new Set<Socket>()
  let cuts = 0
  let toRefuse = 0
  let armed: { readonly side: 'client' | 'server'; left: number; readonly how: Cut } | undefined
  const end = (client: Socket, how: Cut): void => {
    cuts++
    if (how === 'reset') client.resetAndDestroy()
    else client.end()
  }
  const cutAll = (how: Cut): number => {
    const { size } = clients
    for (const client of clients) end(client, how)
    return size
  }
  const count = (side: 'client' | 'server', bytes: number): void => {
    if (armed?.side !== side) return
    armed.left -= bytes
    if (armed.left > 0) return
    const { how } = armed
    armed = undefined
    cutAll(how)
  }
  const server = createServer(client => {
    client.on('error', () => undefined)
    if (toRefuse > 0) {
      toRefuse--
      end(client, 'reset')
      return
    }
    clients.add(client)
    const upstream = connect(target.port, target.host)
    upstream.on('error', () => client.destroy())
    client.on('data', bytes => count('client', bytes.length)).pipe(upstream)
    upstream.on('data', bytes => count('server', bytes.length)).pipe(client)
    client.on('close', () => {
      clients.delete(client)
      upstream.destroy()
    })
  })
  await new Promise<void>(resolve => server.listen(0, listenHost, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutAll,
    cutAfter: (side, bytes, how) => {
      armed = { side, left: bytes, how }
    },
    refuseNext: connections => {
      toRefuse = connections
    },
    cuts: () => cuts,
    stop: async () => {
      cutAll('reset')
      await new Promise(resolve => server.close(resolve))
    }
  }
}
