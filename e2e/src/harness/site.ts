import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { arcRules, type VolumeMode } from './arc-role.ts'
import { createExecInPod, type ExecInPod } from './exec-in-pod.ts'
import { apply, kubectl } from './kubectl.ts'
import { runnerPodManifest, workVolumeManifests } from './runner-pod.ts'
import type { Surroundings } from './surroundings.ts'

/** A namespace with a runner pod, as ARC would have made them. */
export interface Site {
  readonly namespace: string
  readonly mode: VolumeMode
  readonly surroundings: Surroundings
  /** Runs a command in the runner pod. */
  readonly exec: ExecInPod
  /** Puts the content of a local folder into a folder of the runner pod, after what is to go there. */
  readonly copyIn: (localFolder: string, podFolder: string, gone?: readonly string[]) => Promise<void>
  readonly readFile: (path: string) => Promise<string>
  /** Deletes the namespace and its volume without waiting. */
  readonly dispose: () => Promise<void>
}

export interface SiteOptions {
  readonly namespace: string
  readonly mode: VolumeMode
  readonly surroundings: Surroundings
  /** More environment of the runner pod, over that of the surroundings. */
  readonly env?: Readonly<Record<string, string>>
  /** The role's rules instead of ARC's. */
  readonly rules?: readonly object[]
  /** Labels of the namespace, e.g. its Pod Security level. */
  readonly labels?: Readonly<Record<string, string>>
  /** Authority of the API server that the runner pod is told, instead of the cluster's own. */
  readonly apiServerCa?: string
  /** Copy mode: the runner's work folder lies in memory. */
  readonly workInMemory?: boolean
}

/** Marks the namespaces that this harness makes. */
export const siteLabel = 'k8s-hooks/e2e'

export const runnerPodName = 'runner'
const runnerContainer = 'runner'

/** Makes namespace, role, volume and runner pod, and waits until the pod runs. When that fails nothing of it is left. */
export async function createSite(options: SiteOptions): Promise<Site> {
  const { namespace, mode, surroundings } = options
  const exec = createExecInPod({ namespace, pod: runnerPodName, container: runnerContainer })
  const execOrThrow = async (command: readonly string[], input: string | Buffer = ''): Promise<string> => {
    const { exitCode, stdout, stderr } = await exec(command, { input })
    if (exitCode !== 0) throw new Error(`${command.join(' ')} failed in the runner pod (${exitCode}): ${stderr.trim()}`)
    return stdout
  }
  const site: Site = {
    namespace,
    mode,
    surroundings,
    exec,
    copyIn: async (localFolder, podFolder, gone = []) => {
      const unpack = 'rm -rf "$@" && mkdir -p "$0" && tar -xf - -C "$0"'
      await execOrThrow(['sh', '-c', unpack, podFolder, ...gone], await tarOf(localFolder))
    },
    readFile: async path => await execOrThrow(['cat', path]),
    dispose: async () => {
      await kubectl(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found'])
      await kubectl(['delete', 'pv', namespace, '--wait=false', '--ignore-not-found'])
    }
  }
  try {
    await applyManifests(options)
    await kubectl(['-n', namespace, 'wait', '--for=condition=Ready', `pod/${runnerPodName}`, '--timeout=180s'])
    return site
  } catch (error) {
    await site.dispose()
    throw error
  }
}

async function applyManifests(options: SiteOptions): Promise<void> {
  const { namespace, mode, surroundings, labels } = options
  const metadata = { name: namespace, labels: { [siteLabel]: 'true', ...labels } }
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata },
    ...serviceAccountManifests(namespace, options.rules ?? arcRules(mode)),
    ...(mode === 'shared' ? workVolumeManifests(namespace, surroundings) : []),
    runnerPodManifest({
      namespace,
      mode,
      image: surroundings.runnerImage,
      storageClass: surroundings.storageClass,
      env: { ...surroundings.runnerEnv, ...options.env },
      apiServerCa: options.apiServerCa,
      workInMemory: options.workInMemory
    })
  )
}

function serviceAccountManifests(namespace: string, rules: readonly object[]): readonly object[] {
  const metadata = { name: 'runner', namespace }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'runner' },
      subjects: [{ kind: 'ServiceAccount', name: 'runner', namespace }]
    }
  ]
}

async function tarOf(folder: string): Promise<Buffer> {
  const options = { encoding: 'buffer', maxBuffer: 2 ** 30 } as const
  return (await promisify(execFile)('tar', ['-C', folder, '-cf', '-', '.'], options)).stdout
}
