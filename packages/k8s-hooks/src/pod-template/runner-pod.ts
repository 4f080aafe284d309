import type { V1Pod, V1Volume } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import type { Settings } from '../config/settings.ts'
import type { Pods } from '../kubernetes/cluster.ts'

/** What the runner pod tells about itself and the work volume. */
export interface RunnerPod {
  readonly name: string
  readonly uid: string
  readonly nodeName: string
  readonly image: string
  /** The claim that runner and job share; undefined in copy mode. */
  readonly workClaim: WorkClaim | undefined
}

export interface WorkClaim {
  readonly name: string
  /** Path of the work folder inside the claim; "" when the claim is mounted there itself. */
  readonly subPath: string
  /** A ReadWriteOnce claim ties every pod that mounts it to the runner's node. */
  readonly tiesToNode: boolean
}

/**
 * Reads the runner pod. A claim mounted at or above the work folder means shared mode.
 * @throws HookError `RUNNER_POD_MISSING`
 */
export async function readRunnerPod(
  pods: Pick<Pods, 'get'>,
  settings: Pick<Settings, 'runnerPodName' | 'workClaimName' | 'runnerImage'>,
  workFolder: string,
  signal: AbortSignal
): Promise<RunnerPod> {
  const pod = await pods.get(settings.runnerPodName, signal)
  const uid = pod?.metadata?.uid
  if (pod?.spec === undefined || uid === undefined) {
    throw new HookError(
      'RUNNER_POD_MISSING',
      `There is no pod ${settings.runnerPodName}, which ACTIONS_RUNNER_POD_NAME names as the runner.`,
      {
        hint: 'Is ACTIONS_RUNNER_POD_NAME the name of the pod that runs this hook, and ACTIONS_RUNNER_KUBERNETES_NAMESPACE its namespace?'
      }
    )
  }
  return {
    name: settings.runnerPodName,
    uid,
    nodeName: pod.spec.nodeName ?? '',
    image: settings.runnerImage ?? pod.spec.containers[0]?.image ?? '',
    workClaim: settings.workClaimName === undefined ? mountedClaim(pod, workFolder) : namedClaim(settings.workClaimName)
  }
}

/** Access modes of a claim known by name only cannot be read with ARC's role: the careful guess is ReadWriteOnce. */
function namedClaim(name: string): WorkClaim {
  return { name, subPath: '', tiesToNode: true }
}

function mountedClaim(pod: V1Pod, workFolder: string): WorkClaim | undefined {
  const mounts = pod.spec?.containers[0]?.volumeMounts ?? []
  const mount = mounts
    .filter(({ mountPath }) => isAtOrAbove(mountPath, workFolder))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0]
  if (mount === undefined) return undefined
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name)
  const name = volume === undefined ? undefined : claimNameOf(volume, pod)
  if (volume === undefined || name === undefined) return undefined
  const below = workFolder.slice(mount.mountPath.replace(/\/$/, '').length + 1)
  const modes = volume.ephemeral?.volumeClaimTemplate?.spec.accessModes
  return {
    name,
    subPath: [mount.subPath, below].filter(part => part !== undefined && part !== '').join('/'),
    tiesToNode: modes?.includes('ReadWriteMany') !== true
  }
}

/** The claim of a generic ephemeral volume is called `<pod>-<volume>` (Kubernetes documentation, "Ephemeral Volumes"). */
function claimNameOf(volume: V1Volume, pod: V1Pod): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName
  return volume.ephemeral === undefined ? undefined : `${pod.metadata?.name ?? ''}-${volume.name}`
}

function isAtOrAbove(mountPath: string, folder: string): boolean {
  const path = mountPath.replace(/\/$/, '')
  return path !== '' && (folder === path || folder.startsWith(`${path}/`))
}
