import { KubeConfig } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { RequestOptions } from 'node:https'
import { bareHostOf } from '../support/bare-host-of.ts'
import { reasonOf } from '../support/reason-of.ts'
import type { ClientTls, ClusterAccess } from './cluster-access.ts'

/**
 * The cluster that the kubeconfig's current context names. The namespace is the given one, else the context's.
 * @throws HookError `CLUSTER_UNREACHABLE` when there is no usable kubeconfig
 */
export async function loadKubeconfigAccess(namespace: string | undefined): Promise<ClusterAccess> {
  const { kubeConfig, server } = loadKubeConfig()
  const options: RequestOptions = {}
  await kubeConfig.applyToHTTPSOptions(options)
  const authorization = authorizationOf(options)
  return {
    host: bareHostOf(server),
    port: Number(server.port === '' ? '443' : server.port),
    basePath: server.pathname.replace(/\/$/, ''),
    tls: tlsOf(options),
    token: () => Promise.resolve(authorization?.replace(/^Bearer /, '')),
    namespace: namespace ?? kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default'
  }
}

function loadKubeConfig(): { readonly kubeConfig: KubeConfig; readonly server: URL } {
  try {
    const kubeConfig = new KubeConfig()
    kubeConfig.loadFromDefault()
    const server = new URL(kubeConfig.getCurrentCluster()?.server ?? '')
    if (server.protocol !== 'https:') throw new Error(`${server.href} is not https`)
    return { kubeConfig, server }
  } catch (cause) {
    throw new HookError(
      'CLUSTER_UNREACHABLE',
      `No cluster: there is no service account, and no kubeconfig can be used (${reasonOf(cause)}).`,
      {
        hint: 'Run the hook in a pod with a service account, or set KUBECONFIG.',
        cause
      }
    )
  }
}

function authorizationOf({ headers }: RequestOptions): string | undefined {
  return headers !== undefined && 'Authorization' in headers ? String(headers['Authorization']) : undefined
}

function tlsOf({ ca, cert, key, rejectUnauthorized }: RequestOptions): ClientTls {
  return {
    ...(isText(ca) ? { ca } : {}),
    ...(isText(cert) ? { cert } : {}),
    ...(isText(key) ? { key } : {}),
    ...(rejectUnauthorized === false ? { rejectUnauthorized } : {})
  }
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value)
}
