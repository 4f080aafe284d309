import type { V1ContainerStatus, V1Job, V1ObjectMeta, V1Pod, V1PodSpec, V1Secret } from '@kubernetes/client-node'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createApi } from '../../src/kubernetes/api.ts'
import type { Cluster, Exec } from '../../src/kubernetes/cluster.ts'
import { createFollowLogs } from '../../src/kubernetes/follow-logs.ts'
import type { ApiRequest, SendRequest } from '../../src/kubernetes/http-transport.ts'
import { createReadWarnings } from '../../src/kubernetes/read-warnings.ts'
import { resourceOf } from '../../src/kubernetes/resource.ts'

export interface RecordingApi {
  readonly cluster: Cluster
  /** Every request, as `METHOD path`, and every exec as `EXEC container`, in their order. */
  readonly requests: readonly string[]
}

interface Stored {
  readonly metadata?: V1ObjectMeta
  readonly spec?: V1PodSpec
  readonly status?: object
}

/**
 * The real verbs before an API server that keeps what is created: a pod is ready at once, the step's container has ended at once,
 * and a Job has its pod at once. Every command in a container ends well.
 */
export function recordingApi(existing: readonly V1Pod[], { withJobs }: { readonly withJobs: boolean }): RecordingApi {
  const requests: string[] = []
  const objects = new Map<string, Stored>(existing.map(pod => [`pods/${pod.metadata?.name ?? ''}`, pod as Stored]))
  const send: SendRequest = request => {
    const path = request.path.slice(request.path.indexOf('/arc/') + '/arc/'.length)
    requests.push(`${request.method} ${path}`)
    return Promise.resolve(answerTo({ ...request, path }, objects, withJobs))
  }
  const exec: Exec = async ({ container, stdin, stderr }) => {
    requests.push(`EXEC ${container}`)
    stderr?.write(Buffer.from('k8s-hooks attached\nk8s-hooks exit 0 0 0\n'))
    if (stdin !== undefined) await text(stdin)
    return { kind: 'exited', exitCode: 0 }
  }
  const api = createApi(send, 'arc', () => Promise.resolve())
  return {
    requests,
    cluster: {
      namespace: 'arc',
      pods: {
        ...resourceOf<V1Pod>(api, { plural: 'pods', group: '/api/v1' }),
        warnings: createReadWarnings(api)
      },
      secrets: resourceOf<V1Secret>(api, { plural: 'secrets', group: '/api/v1' }),
      jobs: resourceOf<V1Job>(api, { plural: 'jobs', group: '/apis/batch/v1' }),
      exec,
      followLogs: createFollowLogs(api),
      readLogTail: () => Promise.reject(new Error('nobody expected a look at the log'))
    }
  }
}

type Answer = Awaited<ReturnType<SendRequest>>

function answerTo(request: ApiRequest, objects: Map<string, Stored>, withJobs: boolean): Answer {
  const { method, path } = request
  const kind = path.split('/')[0] ?? ''
  if (kind === 'jobs' && !withJobs) return answer(403, { message: 'jobs is forbidden: User "u" cannot list' })
  if (path.endsWith('/log')) return answer(200, '')
  if (method === 'DELETE') return answer(objects.delete(path) ? 200 : 404, {})
  if (method === 'POST') return create(kind, request.body as Created, objects)
  if (path === kind) return list(kind, request.query?.['labelSelector'] ?? '', objects)
  return objects.has(path) ? answer(200, objects.get(path)) : answer(404, {})
}

function list(kind: string, selector: string, objects: Map<string, Stored>): Answer {
  const ofKind = [...objects].flatMap(([key, object]) => (key.startsWith(`${kind}/`) ? [object] : []))
  return answer(200, { items: ofKind.filter(object => isSelected(object, selector)) })
}

type Created = Stored & { readonly spec?: { readonly template?: Stored } }

function create(kind: string, created: Created, objects: Map<string, Stored>): Answer {
  const name = created.metadata?.name ?? ''
  objects.set(`${kind}/${name}`, kind === 'pods' ? started(created) : created)
  if (kind === 'jobs') {
    const labels = { 'batch.kubernetes.io/job-name': name }
    objects.set(`pods/${name}-x`, started({ ...created.spec?.template, metadata: { name: `${name}-x`, labels } }))
  }
  return answer(201, created)
}

/** Of a selector like `a=b,c`. */
function isSelected({ metadata }: Stored, selector: string): boolean {
  return selector.split(',').every(term => {
    const [key = '', value] = term.split('=')
    const found = metadata?.labels?.[key]
    return value === undefined ? found !== undefined : found === value
  })
}

function started(pod: Stored): Stored {
  const containerStatuses = (pod.spec?.containers ?? []).map(({ name, image = '' }): V1ContainerStatus => ({
    ...{ name, image, imageID: '', ready: true, restartCount: 0 },
    state: name === 'main' ? { terminated: { exitCode: 0, reason: 'Completed' } } : { running: {} }
  }))
  const spec = { containers: [], ...pod.spec, nodeName: 'node-1' }
  return { ...pod, spec, status: { phase: 'Running', containerStatuses } }
}

function answer(status: number, content: unknown): Answer {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return { status, retryAfterMs: undefined, message: Readable.from([bytes]) as IncomingMessage }
}
