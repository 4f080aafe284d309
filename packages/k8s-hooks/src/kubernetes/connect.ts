import type { V1Job, V1Pod, V1Secret } from '@kubernetes/client-node'
import type { Sleep } from '../support/poll.ts'
import { createApi } from './api.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { createExec } from './exec.ts'
import { createFollowLogs } from './follow-logs.ts'
import { createHandshake } from './handshake.ts'
import { createTransport } from './http-transport.ts'
import { createReadLogTail } from './read-log-tail.ts'
import { createReadWarnings } from './read-warnings.ts'
import { resourceOf } from './resource.ts'

/** The cluster behind `access`; nothing is sent before the first verb. */
export function connect(access: ClusterAccess, sleep?: Sleep): Cluster {
  const handshake = createHandshake(access)
  const api = createApi(createTransport(access, handshake), access.namespace, sleep)
  return {
    namespace: access.namespace,
    pods: { ...resourceOf<V1Pod>(api, { plural: 'pods', group: '/api/v1' }), warnings: createReadWarnings(api) },
    secrets: resourceOf<V1Secret>(api, { plural: 'secrets', group: '/api/v1' }),
    jobs: resourceOf<V1Job>(api, { plural: 'jobs', group: '/apis/batch/v1' }),
    exec: createExec(access, handshake, sleep),
    followLogs: createFollowLogs(api, sleep),
    readLogTail: createReadLogTail(api)
  }
}
