import { kubectl } from './kubectl.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export interface ApiServerProxy extends TcpProxy {
  /** Environment of a runner pod that reaches the API server through the proxy. */
  readonly env: Readonly<Record<string, string>>
}

/** A proxy in front of the API server, on the server's own address: its certificate holds for it. The tests run on the node. */
export async function startApiServerProxy(): Promise<ApiServerProxy> {
  const server = new URL(await kubectl(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']))
  const proxy = await startTcpProxy(server.hostname, { host: server.hostname, port: Number(server.port) })
  return {
    ...proxy,
    env: { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: String(proxy.port) }
  }
}
