import type { DeleteOptions } from './cluster.ts'
import type { Api } from './api.ts'

/** The four verbs that ARC's role grants on a kind of object. */
export interface Resource<T> {
  readonly get: (name: string, signal: AbortSignal) => Promise<T | undefined>
  readonly list: (labelSelector: string, signal: AbortSignal) => Promise<readonly T[]>
  readonly create: (object: T, signal: AbortSignal) => Promise<T>
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
}

interface NamedObject {
  readonly metadata?: { readonly name?: string }
}

export interface ResourceKind {
  /** As RBAC and the URL name it: "pods". */
  readonly plural: string
  /** "/api/v1" or "/apis/batch/v1". */
  readonly group: string
}

/**
 * The verbs of one kind of object. The objects are the API server's own; their shape is `T` by the API's contract and is not checked again.
 * Objects that we create have names of their own, so a 409 on a repeated create is our first try, whose answer was lost: it is adopted.
 */
export function resourceOf<T extends NamedObject>(api: Api, { plural, group }: ResourceKind): Resource<T> {
  const collection = `${group}/namespaces/${api.namespace}/${plural}`
  const path = (name: string): string => `${collection}/${encodeURIComponent(name)}`
  const get = async (name: string, signal: AbortSignal): Promise<T | undefined> => {
    const answer = await api.call(
      { verb: 'get', resource: plural, name },
      { method: 'GET', path: path(name), signal },
      { expected: [404] }
    )
    return answer.status === 404 ? undefined : (answer.json as T)
  }
  return {
    get,
    list: async (labelSelector, signal) => {
      const answer = await api.call(
        { verb: 'list', resource: plural },
        { method: 'GET', path: collection, query: { labelSelector }, signal }
      )
      return (answer.json as { readonly items: readonly T[] }).items
    },
    create: async (object, signal) => {
      const name = object.metadata?.name ?? ''
      const answer = await api.call(
        { verb: 'create', resource: plural, name },
        { method: 'POST', path: collection, body: object, signal },
        { expected: [409] }
      )
      if (answer.status !== 409) return answer.json as T
      const existing = answer.attempts > 1 ? await get(name, signal) : undefined
      if (existing === undefined) throw new Error(`${plural} "${name}" already exists in namespace ${api.namespace}.`)
      return existing
    },
    delete: async (name, { signal, gracePeriodSeconds }) => {
      await api.call(
        { verb: 'delete', resource: plural, name },
        {
          method: 'DELETE',
          path: path(name),
          query: {
            propagationPolicy: 'Background',
            ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: String(gracePeriodSeconds) })
          },
          signal
        },
        { expected: [404, 409] }
      )
    }
  }
}
