import { spawn } from 'node:child_process'

/** What tests look at of a pod. */
export interface PodRecord {
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
  }
  readonly spec: Readonly<Record<string, unknown>>
}

export interface PodWatch {
  /** Every version of every pod so far, as the API server gave it. */
  readonly pods: () => readonly PodRecord[]
  /** The same as text, to search in. */
  readonly text: () => string
  /** Ends the watch. */
  readonly stop: () => Promise<void>
}

/** Watches the pods of a namespace, so that a test knows of those that were there for a moment only. Resolves when the watch is on. */
export async function watchPods(namespace: string): Promise<PodWatch> {
  const child = spawn('kubectl', ['get', '--raw', `/api/v1/namespaces/${namespace}/pods?watch=1&timeoutSeconds=3600`], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
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
    text: () => text,
    pods: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map(line => (JSON.parse(line) as { readonly object: PodRecord }).object),
    stop: async () => {
      child.kill('SIGTERM')
      await closed
    }
  }
}
