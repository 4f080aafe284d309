import { type Certificates, issueCertificates } from './certificates.ts'
import { apply, kubectl } from './kubectl.ts'
import { waitUntilListening } from './wait-until-listening.ts'

/** A `distribution` of the test's own, as a pod of the test's namespace. */
export interface OwnRegistry {
  /** `<name>.<namespace>.svc.cluster.local`. */
  readonly host: string
  /** Address of its Service, with port: the node knows no names of Services. */
  readonly address: string
  readonly nodePort: number
  /** Undefined: it speaks plain http. */
  readonly certificates: Certificates | undefined
  /** Takes its pod away at once; its Service refuses connections from then on. */
  readonly kill: () => Promise<void>
  /** Has its Service refuse connections, as a network does that does not know a new pod yet; returns how it is opened again. */
  readonly close: () => Promise<() => Promise<void>>
}

export interface OwnRegistryOptions {
  readonly namespace: string
  readonly name: string
  readonly tls: boolean
  /** Sections of distribution's configuration: https://distribution.github.io/distribution/about/configuration/ */
  readonly config?: object
  /** More files of `/etc/registry`. */
  readonly files?: Readonly<Record<string, string>>
  /** Room for images, as a quantity; the node's disk when absent. */
  readonly room?: string
}

export const registryPort = 5000
export const registryFolder = '/etc/registry'

export async function startRegistry(options: OwnRegistryOptions): Promise<OwnRegistry> {
  const { namespace, name } = options
  const host = `${name}.${namespace}.svc.cluster.local`
  const metadata = { name, namespace, labels: { app: name } }
  const spec = { type: 'NodePort', selector: { app: name }, ports: [{ port: registryPort }] }
  await apply({ apiVersion: 'v1', kind: 'Service', metadata, spec })
  const service = JSON.parse(await kubectl(['-n', namespace, 'get', 'service', name, '-o', 'json'])) as Service
  const { clusterIP, ports } = service.spec
  const certificates = options.tls ? await issueCertificates([`DNS:${host}`, `IP:${clusterIP}`]) : undefined
  await apply(filesOf(options, certificates), podOf(options))
  await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
  // kube-proxy lets a Service follow its pods a moment later.
  await waitUntilListening(clusterIP, registryPort)
  return {
    host,
    address: `${clusterIP}:${registryPort}`,
    nodePort: ports[0].nodePort,
    certificates,
    kill: async () => {
      await kubectl(['-n', namespace, 'delete', 'pod', name, '--grace-period=0', '--force', '--wait=true'])
    },
    close: async () => {
      await select(options, 'nobody')
      return async () => await select(options, name)
    }
  }
}

/** Which pods its Service leads to. */
async function select({ namespace, name }: OwnRegistryOptions, app: string): Promise<void> {
  const patch = JSON.stringify({ spec: { selector: { app } } })
  await kubectl(['-n', namespace, 'patch', 'service', name, '--type=merge', '-p', patch])
}

interface Service {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly [{ readonly nodePort: number }] }
}

/** A ConfigMap, so that what is left of the job's Secrets can be counted. */
function filesOf({ namespace, name, config, files }: OwnRegistryOptions, certificates?: Certificates): object {
  const tls = { certificate: `${registryFolder}/tls.crt`, key: `${registryFolder}/tls.key` }
  const full = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: '/var/lib/registry' }, delete: { enabled: true } },
    http: { addr: `:${registryPort}`, ...(certificates === undefined ? {} : { tls }) },
    ...config
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: {
      // JSON is YAML.
      'config.json': JSON.stringify(full),
      ...(certificates === undefined ? {} : { 'tls.crt': certificates.certificate, 'tls.key': certificates.key }),
      ...files
    }
  }
}

function podOf({ namespace, name, room }: OwnRegistryOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'registry',
          image: 'localhost/registry:2',
          imagePullPolicy: 'IfNotPresent',
          args: ['serve', `${registryFolder}/config.json`],
          // Beside builder pods, which request time, a pod that requests none starves.
          resources: { requests: { cpu: '100m' } },
          readinessProbe: { tcpSocket: { port: registryPort }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'files', mountPath: registryFolder },
            { name: 'data', mountPath: '/var/lib/registry' }
          ]
        }
      ],
      volumes: [
        { name: 'files', configMap: { name } },
        { name: 'data', emptyDir: room === undefined ? {} : { medium: 'Memory', sizeLimit: room } }
      ]
    }
  }
}
