import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** An address outside of the cluster and the ports on which it answers. */
export interface OuterAddress {
  readonly address: string
  readonly ports: readonly number[]
}

/**
 * Has this machine, on which the node runs, play addresses that lie outside of the cluster. Another run of the tests that
 * does so is waited for. Returns how they are taken back.
 */
export async function playAddresses(addresses: readonly OuterAddress[]): Promise<() => Promise<void>> {
  const servers: Server[] = []
  for (const { address, ports } of addresses)
    for (const port of ports) servers.push(await listenWhenFree(address, port))
  return async () => {
    for (const { address } of addresses) await ip('delete', address)
    await Promise.all(servers.map(server => promisify(server.close.bind(server))()))
  }
}

async function listenWhenFree(address: string, port: number): Promise<Server> {
  for (;;) {
    await ip('replace', address)
    const server = createServer(socket => socket.on('error', () => undefined).end())
    try {
      server.listen(port, address)
      await once(server, 'listening')
      return server
    } catch (error) {
      // Not available: the other run has just taken the address away.
      if (!/EADDRINUSE|EADDRNOTAVAIL/.test(String(error))) throw error
      await sleep(1000)
    }
  }
}

async function ip(verb: 'replace' | 'delete', address: string): Promise<void> {
  await promisify(execFile)('ip', ['address', verb, `${address}/32`, 'dev', 'lo'])
}
