import { HookError } from '@k8s-hooks/hooklib'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openTlsSessionFile, type TlsSessionFile } from './tls-session-file.ts'

/** Where the API server is and how the hook proves who it is. */
export interface ClusterAccess {
  /** Name or address; an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  /** Prefix of every path; "" in a cluster. */
  readonly basePath: string
  readonly tls: ClientTls
  /** Absent: each hook starts a session of its own. */
  readonly session?: TlsSessionFile
  /** Read anew for each request, because projected tokens rotate. */
  readonly token: () => Promise<string | undefined>
  readonly namespace: string
}

export interface ClientTls {
  /** An empty list: nobody. */
  readonly ca?: string | Buffer | []
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly rejectUnauthorized?: boolean
  /** To be taken up again. */
  readonly session?: Buffer
}

export interface ClusterAccessOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Wins over the service account's own namespace. */
  readonly namespace: string | undefined
  readonly serviceAccountDir?: string
  /** `HookPaths.stateFolder` */
  readonly stateFolder: string
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The service account of the pod where there is one, else the kubeconfig that `KUBECONFIG` or `~/.kube/config` names.
 * A `KUBECONFIG` wins over the service account, as in client-node and so in the hooks 0.7.0 and 0.8.1.
 * @throws HookError `CLUSTER_UNREACHABLE` when neither is there
 */
export async function loadClusterAccess(options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { env } = options
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  // Only the kubeconfig pays for client-node: a hook in a runner pod does without.
  if (host !== '' && (env['KUBECONFIG'] ?? '') === '') return await fromServiceAccount(host, options)
  const { loadKubeconfigAccess } = await import('./kubeconfig-access.ts')
  return await loadKubeconfigAccess(options.namespace)
}

async function fromServiceAccount(host: string, options: ClusterAccessOptions): Promise<ClusterAccess> {
  const { env, serviceAccountDir = serviceAccountFolder } = options
  const file = (name: string): Promise<string> => readFile(join(serviceAccountDir, name), 'utf8')
  try {
    const port = Number(env['KUBERNETES_SERVICE_PORT'] ?? '443')
    const [ca, namespace] = await Promise.all([file('ca.crt'), options.namespace ?? file('namespace')])
    return {
      host,
      port,
      basePath: '',
      tls: { ca },
      session: await openTlsSessionFile({ path: join(options.stateFolder, 'tls-session'), host, port, ca }),
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
