import type { CoreV1Event } from '@kubernetes/client-node'
import type { Api } from './api.ts'
import type { Pods } from './cluster.ts'

const most = 5

/**
 * The last warnings about a pod from its Events: what holds up a volume stands nowhere else.
 * By uid, because the job pod of a former job had the same name. Best effort: whatever goes wrong, the pod's own trouble is what the user must hear of.
 */
export function createReadWarnings(api: Api): Pods['warnings'] {
  return async (uid, signal) => {
    try {
      const { json } = await api.call(
        { verb: 'list', resource: 'events' },
        {
          method: 'GET',
          path: `/api/v1/namespaces/${api.namespace}/events`,
          query: { fieldSelector: `involvedObject.uid=${uid},type=Warning` },
          signal
        }
      )
      return lastWordsOf((json as { readonly items: readonly CoreV1Event[] }).items)
    } catch {
      signal.throwIfAborted()
      return []
    }
  }
}

/** Each once, in the order in which they were last seen. */
function lastWordsOf(events: readonly CoreV1Event[]): readonly string[] {
  const words = [...events]
    .sort((one, other) => timeOf(one).localeCompare(timeOf(other)))
    .map(({ reason, message }) => [reason, message?.trim()].filter(Boolean).join(': '))
  return words.filter((text, index) => words.lastIndexOf(text) === index).slice(-most)
}

/** The items come as JSON: times are texts, whatever the type says, and such texts sort as the times do. The scheduler gives an eventTime only. */
function timeOf({ lastTimestamp, eventTime }: CoreV1Event): string {
  return String(lastTimestamp ?? eventTime ?? '')
}
