import { text } from 'node:stream/consumers'
import type { Api } from './api.ts'
import type { ReadLogTail } from './cluster.ts'

export function createReadLogTail(api: Api): ReadLogTail {
  return async ({ podName, container, lines, signal }) => {
    const message = await api.open(
      { verb: 'get', resource: 'pods/log', name: podName },
      {
        method: 'GET',
        path: `/api/v1/namespaces/${api.namespace}/pods/${encodeURIComponent(podName)}/log`,
        query: { container, tailLines: String(lines) },
        signal
      }
    )
    return await text(message)
  }
}
