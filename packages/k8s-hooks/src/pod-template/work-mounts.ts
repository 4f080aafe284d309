import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import { HookError, type Mount } from '@k8s-hooks/hooklib'
import { posix } from 'node:path'
import { objectName } from '../kubernetes/object-name.ts'
import type { RunnerPod } from './runner-pod.ts'

/** The volumes of a pod and where one container mounts them. */
export interface Mounts {
  readonly volumes: readonly V1Volume[]
  readonly volumeMounts: readonly V1VolumeMount[]
}

const workVolumeName = 'work'
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
 * Mounts of what the runner asks for. Its own paths below the work folder become paths of the work volume; the Docker socket, `/__w` and `/__e` are left out
 * (contract 5.9; the pod has its own mounts for the last two); other paths of its own, such as a tool cache outside the work folder, become empty folders.
 * Of what the user asks for, a folder below the work folder is that folder, and a named or anonymous volume an empty folder that lives as long as the pod;
 * containers share those of one name, and an anonymous one belongs to its container.
 * @throws HookError `VOLUME_REFUSED` for a path of the node or of the runner outside the work folder
 */
export function requestedMounts(
  runnerPod: RunnerPod,
  workFolder: string,
  mounts: readonly Mount[],
  containerName = ''
): Mounts {
  const found = mounts
    .filter(mount => !isMountedAnyway(mount))
    .map(mount => {
      const { sourceVolumePath: source, targetVolumePath: mountPath, readOnly } = mount
      const below = source?.startsWith('/') === true ? pathBelow(workFolder, source) : undefined
      return {
        ...(below === undefined
          ? volumeMount(mount, workFolder, containerName)
          : workMount(runnerPod, below, mountPath)),
        readOnly
      }
    })
  const names = new Set(found.map(({ name }) => name).filter(name => name !== workVolumeName))
  return { volumes: [...names].map(name => ({ name, emptyDir: {} })), volumeMounts: found }
}

/** Whether a user mounts a path of the node, or of the runner outside the work folder, which a pod does not have. */
export function isElsewhere({ userProvidedValue, sourceVolumePath: source }: Mount, workFolder: string): boolean {
  return userProvidedValue !== null && source?.startsWith('/') === true && pathBelow(workFolder, source) === undefined
}

/** Of the runner's own mounts; what a user mounts there, he means. */
function isMountedAnyway({ userProvidedValue, sourceVolumePath: source, targetVolumePath: target }: Mount): boolean {
  if (userProvidedValue !== null) return false
  return source === dockerSocket || target === '/__e' || target === '/__w' || target.startsWith('/__w/')
}

function volumeMount(mount: Mount, workFolder: string, containerName: string): V1VolumeMount {
  const { userProvidedValue, sourceVolumePath: source, targetVolumePath: mountPath } = mount
  if (source === null) return { name: objectName('anonymous', `${containerName}${mountPath}`), mountPath }
  if (!isElsewhere(mount, workFolder)) return { name: objectName('user', source), mountPath }
  throw new HookError(
    'VOLUME_REFUSED',
    `The volume "${userProvidedValue}" is a path outside the work folder ${workFolder}.`,
    {
      hint: 'Mount a folder below the workspace, a named volume, or let the operator add a volume to the hook template.'
    }
  )
}

/** `path` relative to `folder`, "" for the folder itself, undefined when it is not below. */
export function pathBelow(folder: string, path: string): string | undefined {
  const relative = posix.relative(folder, posix.normalize(path))
  return relative === '..' || relative.startsWith('../') || posix.isAbsolute(relative) ? undefined : relative
}
