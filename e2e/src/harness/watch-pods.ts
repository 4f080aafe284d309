import { spawn } from 'node:child_process'

/** What tests look at of a pod. */
export interface PodRecord {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
  }
  readonly spec: {
    readonly securityContext?: object
    readonly automountServiceAccountToken?: boolean
    readonly tolerations?: readonly object[]
    readonly imagePullSecrets?: readonly { readonly name: string }[]
    readonly initContainers?: readonly ContainerRecord[]
    readonly containers: readonly ContainerRecord[]
  }
}

export interface ContainerRecord {
  readonly name: string
  readonly resources?: object
  readonly ports?: readonly object[]
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
  readonly securityContext?: {
    readonly privileged?: boolean
    readonly allowPrivilegeEscalation?: boolean
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  }
}

export interface PodWatch {
  /** Every version of every pod so far, as the API server gave it. */
  readonly pods: () => readonly PodRecord[]
  /** Ends the watch. */
  readonly stop: () => Promise<void>
}

/** Watches the pods of a namespace, so that a test knows of those that were there for a moment only. Resolves when the watch is on. */
export async function watchPods(namespace: string): Promise<PodWatch> {
  // Version 0: from the API server's cache. Without it the server waits for its cache to be as new as etcd, and may give up.
  const path = `/api/v1/namespaces/${namespace}/pods?watch=1&resourceVersion=0&timeoutSeconds=3600`
  const child = spawn('kubectl', ['get', '--raw', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  let text = ''
  // The runner pod is there already: the first event says that the watch is on.
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error(`The watch of the pods of ${namespace} ended.`)))
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      resolve()
    })
  })
  return {
    pods: () => {
      if (child.exitCode !== null) throw new Error(`The watch of the pods of ${namespace} ended early:\n${text}`)
      return text.split('\n').slice(0, -1).map(podOfEvent)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await closed
    }
  }
}

function podOfEvent(line: string): PodRecord {
  const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: PodRecord }
  if (type === 'ERROR') throw new Error(`The watch failed: ${line}`)
  return object
}
