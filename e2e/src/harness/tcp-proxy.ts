import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** How a connection ends: by an RST, as of a proxy that was killed, or by a FIN, as of one that is tidy. */
export type Cut = 'reset' | 'close'

export interface TcpProxy {
  readonly port: number
  /** Ends every connection, and returns how many there were. */
  readonly cutAll: (how: Cut) => number
  /** Ends every connection once so many more bytes have come from one side. */
  readonly cutAfter: (side: Side, bytes: number, how: Cut) => void
  /** Resets so many of the next connections as soon as they are made. */
  readonly refuseNext: (connections: number) => void
  /** Loses whatever these connections carry from now on without ending them, and returns how many there were. New ones are fine. */
  readonly freezeAll: () => number
  /** Connections that were ended or refused so far. */
  readonly cuts: () => number
  readonly stop: () => Promise<void>
}

export interface TcpProxyOptions {
  /** Ends a connection that carries nothing for so long, in either direction. */
  readonly idleTimeoutMs?: number
}

/** Passes bytes on between whoever connects to a free port of `listenHost` and the target. */
export async function startTcpProxy(
  listenHost: string,
  target: { readonly host: string; readonly port: number },
  { idleTimeoutMs = 0 }: TcpProxyOptions = {}
): Promise<TcpProxy> {
  const clients = new Set<Socket>()
  const frozen = new Set<Socket>()
  let cuts = 0
  let toRefuse = 0
  const end = (client: Socket, how: Cut): void => {
    cuts++
    if (how === 'reset') client.resetAndDestroy()
    else client.end()
  }
  const cutAll = (how: Cut): number => {
    const alive = [...clients].filter(client => !frozen.has(client))
    for (const client of alive) end(client, how)
    return alive.length
  }
  const trap = createTrap(cutAll)
  const server = createServer(client => {
    client.on('error', () => undefined)
    if (toRefuse > 0) {
      toRefuse--
      end(client, 'reset')
      return
    }
    clients.add(client)
    client.on('close', () => {
      clients.delete(client)
      frozen.delete(client)
    })
    join(client, target, { isFrozen: () => frozen.has(client), onBytes: trap.count })
    // Counts what is read and what is written.
    client.setTimeout(idleTimeoutMs, () => {
      if (!frozen.has(client)) end(client, 'reset')
    })
  })
  await new Promise<void>(resolve => server.listen(0, listenHost, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutAll,
    cutAfter: trap.set,
    freezeAll: () => {
      for (const client of clients) frozen.add(client)
      return frozen.size
    },
    refuseNext: connections => {
      toRefuse = connections
    },
    cuts: () => cuts,
    stop: async () => {
      frozen.clear()
      cutAll('reset')
      await new Promise(resolve => server.close(resolve))
    }
  }
}

interface Trap {
  readonly set: TcpProxy['cutAfter']
  readonly count: (side: Side, bytes: number) => void
}

function createTrap(cutAll: TcpProxy['cutAll']): Trap {
  let armed: { readonly side: Side; left: number; readonly how: Cut } | undefined
  return {
    set: (side, bytes, how) => {
      armed = { side, left: bytes, how }
    },
    count: (side, bytes) => {
      if (armed?.side !== side) return
      armed.left -= bytes
      if (armed.left > 0) return
      const { how } = armed
      armed = undefined
      cutAll(how)
    }
  }
}

type Side = 'client' | 'server'

interface Watch {
  readonly isFrozen: () => boolean
  readonly onBytes: (side: Side, bytes: number) => void
}

function join(client: Socket, { host, port }: { readonly host: string; readonly port: number }, watch: Watch): void {
  const upstream = connect(port, host)
  upstream.on('error', () => client.destroy())
  client.on('close', () => upstream.destroy())
  passOn('client', [client, upstream], watch)
  passOn('server', [upstream, client], watch)
}

/** A pipe that loses everything while it is frozen. */
function passOn(side: Side, [from, to]: readonly [Socket, Socket], { isFrozen, onBytes }: Watch): void {
  from.on('data', bytes => {
    if (isFrozen()) return
    onBytes(side, bytes.length)
    if (to.write(bytes)) return
    from.pause()
    to.once('drain', () => from.resume())
  })
  from.on('end', () => {
    if (!isFrozen()) to.end()
  })
}
