import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import { HookError, type Mount } from '@k8s-hooks/hooklib'
import { posix } from 'node:path'
import type { RunnerPod } from './runner-pod.ts'

/** The volumes of a pod and where one container mounts them. */
export interface Mounts {
  readonly volumes: readonly V1Volume[]
  readonly volumeMounts: readonly V1VolumeMount[]
}

export const workVolumeName = 'work'
const dockerSocket = '/var/run/docker.sock'

/** The volume that holds `_work`: the runner's claim in shared mode, an empty folder in copy mode. */
export function workVolume(runnerPod: RunnerPod): V1Volume {
  return runnerPod.workClaim === undefined
    ? { name: workVolumeName, emptyDir: {} }
    : { name: workVolumeName, persistentVolumeClaim: { claimName: runnerPod.workClaim.name } }
}

/** Mount of the folder `below` of the work folder; "" is the work folder itself. */
export function workMount(runnerPod: RunnerPod, below: string, mountPath: string): V1VolumeMount {
  const subPath = [runnerPod.workClaim?.subPath ?? '', below].filter(part => part !== '').join('/')
  return { name: workVolumeName, mountPath, ...(subPath === '' ? {} : { subPath }) }
}

/**
 * Mounts of what the runner asks for: its own paths below the work folder become paths of the work volume; the Docker socket, `/__w` and `/__e` are left out
 * (contract 5.9; the pod has its own mounts for the last two). A named or anonymous volume of the user, and a tool cache outside the work folder,
 * become an empty folder that lives as long as the pod.
 * @throws HookError `VOLUME_REFUSED` for a path of the node or of the runner outside the work folder
 */
export function requestedMounts(runnerPod: RunnerPod, workFolder: string, mounts: readonly Mount[]): Mounts {
  const volumes: V1Volume[] = []
  const volumeMounts: V1VolumeMount[] = []
  for (const { sourceVolumePath: source, targetVolumePath: target, readOnly, userProvidedValue } of mounts) {
    const below = source === null ? undefined : pathBelow(workFolder, source)
    if (source === dockerSocket || below === '' || target === '/__e' || target.startsWith('/__w/')) continue
    if (below !== undefined) volumeMounts.push({ ...workMount(runnerPod, below, target), readOnly })
    else if (userProvidedValue === null || source === null || !source.startsWith('/')) {
      const name = volumeName(source ?? target, volumes)
      if (!volumes.some(volume => volume.name === name)) volumes.push({ name, emptyDir: {} })
      volumeMounts.push({ name, mountPath: target, readOnly })
    } else {
      throw new HookError(
        'VOLUME_REFUSED',
        `The volume "${userProvidedValue}" is a path outside the work folder ${workFolder}.`,
        {
          hint: 'Mount a folder below the workspace, a named volume, or let the operator add a volume to the hook template.'
        }
      )
    }
  }
  return { volumes, volumeMounts }
}

/** `path` relative to `folder`, "" for the folder itself, undefined when it is not below. */
export function pathBelow(folder: string, path: string): string | undefined {
  const relative = posix.relative(folder, posix.normalize(path))
  return relative === '..' || relative.startsWith('../') || posix.isAbsolute(relative) ? undefined : relative
}

function volumeName(source: string, volumes: readonly V1Volume[]): string {
  const label = source
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return `user-${label === '' ? String(volumes.length) : label}`
}
