import type { V1Container, V1Pod, V1Volume, V1VolumeMount } from '@kubernetes/client-node'
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
 * @throws HookError `RUNNER_POD_MISSING`; `VOLUME_REFUSED` when the place of the work folder in its claim cannot be told
 */
export async function readRunnerPod(
  pods: Pick<Pods, 'get'>,
  settings: Pick<Settings, 'runnerPodName' | 'workClaimName' | 'workClaimAccess' | 'runnerImage'>,
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
    image: settings.runnerImage ?? runnerContainerOf(pod)?.image ?? '',
    workClaim: workClaimOf(pod, settings, workFolder)
  }
}

/** A setting forces the claim; where the runner pod mounts that very claim, its mount tells more than the name. */
function workClaimOf(
  pod: V1Pod,
  { workClaimName, workClaimAccess }: Pick<Settings, 'workClaimName' | 'workClaimAccess'>,
  workFolder: string
): WorkClaim | undefined {
  const mounted = mountedClaim(pod, workFolder)
  const claim = workClaimName === undefined || mounted?.name === workClaimName ? mounted : namedClaim(workClaimName)
  if (claim === undefined || workClaimAccess === undefined) return claim
  return { ...claim, tiesToNode: workClaimAccess === 'ReadWriteOnce' }
}

/** Access modes of a claim known by name only cannot be read with ARC's role: the careful guess is ReadWriteOnce. */
function namedClaim(name: string): WorkClaim {
  return { name, subPath: '', tiesToNode: true }
}

function mountedClaim(pod: V1Pod, workFolder: string): WorkClaim | undefined {
  const runner = runnerContainerOf(pod)
  const mount = nearestMount(runner?.volumeMounts ?? [], workFolder)
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount?.name)
  if (runner === undefined || mount === undefined || volume === undefined) return undefined
  const name = claimNameOf(volume, pod)
  if (name === undefined) return undefined
  const below = workFolder.slice(withoutSlash(mount.mountPath).length + 1)
  const modes = volume.ephemeral?.volumeClaimTemplate?.spec.accessModes
  return {
    name,
    subPath: [subPathOf(mount, runner, pod), below].filter(part => part !== '').join('/'),
    tiesToNode: modes?.includes('ReadWriteMany') !== true
  }
}

/** ARC calls it `runner`; an injected proxy may stand before it. */
function runnerContainerOf({ spec }: V1Pod): V1Container | undefined {
  return spec?.containers.find(({ name }) => name === 'runner') ?? spec?.containers[0]
}

/** The mount in which the folder lies: of several above it, the deepest hides the others. */
function nearestMount(mounts: readonly V1VolumeMount[], folder: string): V1VolumeMount | undefined {
  return mounts
    .filter(({ mountPath }) => isAtOrAbove(mountPath, folder))
    .sort((a, b) => withoutSlash(b.mountPath).length - withoutSlash(a.mountPath).length)[0]
}

/** `subPathExpr: $(POD_NAME)` is how runners share one claim; the kubelet expands it from the container's environment. */
function subPathOf({ subPath, subPathExpr, name }: V1VolumeMount, runner: V1Container, pod: V1Pod): string {
  if (subPathExpr === undefined || subPathExpr === '') return withoutSlash(subPath ?? '')
  return withoutSlash(
    subPathExpr.replaceAll(/\$\(([^)]*)\)/g, (_expression, variable: string) => {
      const found = runner.env?.find(entry => entry.name === variable)
      const fieldPath = found?.valueFrom?.fieldRef?.fieldPath
      const value = fieldPath === 'metadata.name' ? pod.metadata?.name : found?.value
      if (value !== undefined) return value
      throw new HookError(
        'VOLUME_REFUSED',
        `The runner pod mounts its work volume ${name} by subPathExpr ${subPathExpr}, and the hook cannot tell what ${variable} is.`,
        { hint: `Give ${variable} in the runner's container as a value or as the field metadata.name.` }
      )
    })
  )
}

/** The claim of a generic ephemeral volume is called `<pod>-<volume>` (Kubernetes documentation, "Ephemeral Volumes"). */
function claimNameOf(volume: V1Volume, pod: V1Pod): string | undefined {
  if (volume.persistentVolumeClaim !== undefined) return volume.persistentVolumeClaim.claimName
  return volume.ephemeral === undefined ? undefined : `${pod.metadata?.name ?? ''}-${volume.name}`
}

function isAtOrAbove(mountPath: string, folder: string): boolean {
  const path = withoutSlash(mountPath)
  return path !== '' && (folder === path || folder.startsWith(`${path}/`))
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
