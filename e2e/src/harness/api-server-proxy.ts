import { kubectl } from './kubectl.ts'
import { startTcpProxy, type TcpProxy, type TcpProxyOptions } from './tcp-proxy.ts'

export interface ApiServerProxy extends TcpProxy {
  /** Environment of a runner pod that reaches the API server through the proxy. */
  readonly env: Readonly<Record<string, string>>
  readonly host: string
}

/** A proxy in front of the API server, on the server's own address: its certificate holds for it. The tests run on the node. */
export async function startApiServerProxy(options?: TcpProxyOptions): Promise<ApiServerProxy> {
  const server = new URL(await kubectl(['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']))
  const proxy = await startTcpProxy(server.hostname, { host: server.hostname, port: Number(server.port) }, options)
  return {
    ...proxy,
    host: server.hostname,
    env: { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: String(proxy.port) }
  }
}
