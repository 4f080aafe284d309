import { HookError } from '@k8s-hooks/hooklib'
import { randomUUID } from 'node:crypto'
import { isPermissionDenied } from './api-error.ts'
import type { Api } from './api.ts'
import type { CreateOptions, DeleteOptions } from './cluster.ts'

/** The four verbs that ARC's role grants on a kind of object. */
export interface Resource<T> {
  readonly get: (name: string, signal: AbortSignal) => Promise<T | undefined>
  readonly list: (labelSelector: string, signal: AbortSignal) => Promise<readonly T[]>
  readonly create: (object: T, signal: AbortSignal, options?: CreateOptions) => Promise<T>
  readonly delete: (name: string, options: DeleteOptions) => Promise<void>
}

interface KubernetesObject {
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> }
}

export interface ResourceKind {
  /** As RBAC and the URL name it: "pods". */
  readonly plural: string
  /** "/api/v1" or "/apis/batch/v1". */
  readonly group: string
}

/** Marks which call created an object, so that a call whose answer was lost knows its own. */
const requestAnnotation = 'k8s-hooks/request'

/**
 * The verbs of one kind of object. The objects are the API server's own; their shape is `T` by the API's contract and is not checked again.
 * A create whose answer was lost meets its own object at the next attempt (409), or a quota that this very object has used up (403):
 * that object is adopted, and no other.
 */
export function resourceOf<T extends KubernetesObject>(
  api: Api,
  { plural, group }: ResourceKind,
  newId: () => string = randomUUID
): Resource<T> {
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
    create: async (object, signal, options) => {
      const name = object.metadata?.name ?? ''
      const id = newId()
      const query = options?.dryRun === true ? { dryRun: 'All' } : undefined
      const { status, attempts, json, refusal } = await api.call(
        { verb: 'create', resource: plural, name },
        { method: 'POST', path: collection, query, body: markedWith(object, id), signal },
        { expected: [403, 409] }
      )
      if (refusal === undefined) return json as T
      if (isPermissionDenied(refusal)) throw refusal
      const existing = attempts > 1 ? await get(name, signal) : undefined
      if (existing !== undefined && isMarkedWith(existing, id)) return existing
      throw status === 409 ? alreadyThere(plural, name, api.namespace) : refusal
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
        { expected: [404] }
      )
    }
  }
}

function markedWith(object: KubernetesObject, id: string): KubernetesObject {
  const { metadata } = object
  return { ...object, metadata: { ...metadata, annotations: { ...metadata?.annotations, [requestAnnotation]: id } } }
}

function isMarkedWith({ metadata }: KubernetesObject, id: string): boolean {
  return metadata?.annotations?.[requestAnnotation] === id
}

function alreadyThere(plural: string, name: string, namespace: string): HookError {
  return new HookError(
    'CLUSTER_REFUSED',
    `Kubernetes refused to create ${plural} "${name}" in namespace ${namespace}: there is one of that name, which this hook did not make.`,
    {
      hint: `Something holds it, perhaps a finalizer: kubectl -n ${namespace} get ${plural} ${name} -o yaml`
    }
  )
}
