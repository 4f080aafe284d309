import { HookError } from '@k8s-hooks/hooklib'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the API server is and how the hook proves who it is. */
export interface ClusterAccess {
  readonly host: string
  readonly port: number
  /** Prefix of every path; "" in a cluster. */
  readonly basePath: string
  readonly tls: ClientTls
  /** Read anew for each request, because projected tokens rotate. */
  readonly token: () => Promise<string | undefined>
  readonly namespace: string
}

export interface ClientTls {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly rejectUnauthorized?: boolean
}

export interface ClusterAccessOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Wins over the service account's own namespace. */
  readonly namespace: string | undefined
  readonly serviceAccountDir?: string
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The service account of the pod where there is one, else the kubeconfig that `KUBECONFIG` or `~/.kube/config` names.
 * @throws HookError `CLUSTER_UNREACHABLE` when neither is there
 */
export async function loadClusterAccess(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { env, serviceAccountDir = serviceAccountFolder } = options
  const host = env['KUBERNETES_SERVICE_HOST']
  if (host === undefined || host === '' || env['KUBECONFIG'] !== undefined) return await fromKubeconfig(options)
  const file = (name: string): Promise<string> => readFile(join(serviceAccountDir, name), 'utf8')
  try {
    const [ca, namespace] = await Promise.all([file('ca.crt'), options.namespace ?? file('namespace')])
    return {
      host,
      port: Number(env['KUBERNETES_SERVICE_PORT'] ?? '443'),
      basePath: '',
      tls: { ca },
      token: async () => (await file('token')).trim(),
      namespace: namespace.trim()
    }
  } catch (cause) {
    throw new HookError(
      'CLUSTER_UNREACHABLE',
      `The runner pod's service account cannot be read from ${serviceAccountDir}.`,
      {
        hint: 'The runner pod needs a service account with automountServiceAccountToken: true.',
        cause
      }
    )
  }
}

/** Only this way pays for client-node: a hook in a runner pod never comes here. */
async function fromKubeconfig({ namespace }: ClusterAccessOptions): Promise<ClusterAccess> {
  const { KubeConfig } = await import('./kube-config.ts')
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromDefault()
  const cluster = kubeConfig.getCurrentCluster()
  if (cluster === null) {
    throw new HookError('CLUSTER_UNREACHABLE', 'No cluster: neither a service account nor a kubeconfig was found.', {
      hint: 'Run the hook in a pod with a service account, or set KUBECONFIG.'
    })
  }
  const server = new URL(cluster.server)
  const options: Parameters<typeof kubeConfig.applyToHTTPSOptions>[0] = {}
  await kubeConfig.applyToHTTPSOptions(options)
  const headers = options.headers ?? {}
  const authorization = 'Authorization' in headers ? String(headers['Authorization']) : undefined
  return {
    host: server.hostname,
    port: Number(server.port === '' ? '443' : server.port),
    basePath: server.pathname.replace(/\/$/, ''),
    tls: {
      ...(typeof options.ca === 'string' || Buffer.isBuffer(options.ca) ? { ca: options.ca } : {}),
      ...(typeof options.cert === 'string' || Buffer.isBuffer(options.cert) ? { cert: options.cert } : {}),
      ...(typeof options.key === 'string' || Buffer.isBuffer(options.key) ? { key: options.key } : {}),
      ...(options.rejectUnauthorized === false ? { rejectUnauthorized: false } : {})
    },
    token: () => Promise.resolve(authorization?.replace(/^Bearer /, '')),
    namespace: namespace ?? kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace ?? 'default'
  }
}
