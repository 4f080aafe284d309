import { objectName } from '../kubernetes/object-name.ts'
import type { Mounts } from '../pod-template/work-mounts.ts'
import type { CreateOptions } from './create-options.ts'

/** Folders in memory that a container asks for: --shm-size and --tmpfs. What is written there counts to the container's memory. */
export function memoryMounts(containerName: string, { resources, tmpfs }: CreateOptions): Mounts {
  const { shmBytes } = resources
  // By path: two mounts at one place make no pod.
  const folders = new Map<string, number | undefined>([
    ...(shmBytes === undefined ? [] : [['/dev/shm', shmBytes] as const]),
    ...tmpfs.map(({ path, bytes }) => [path, bytes] as const)
  ])
  const mounts = [...folders].map(([mountPath, bytes]) => ({
    name: objectName('memory', `${containerName}${mountPath}`),
    mountPath,
    bytes
  }))
  return {
    volumes: mounts.map(({ name, bytes }) => ({
      name,
      emptyDir: { medium: 'Memory', ...(bytes === undefined ? {} : { sizeLimit: String(bytes) }) }
    })),
    volumeMounts: mounts.map(({ name, mountPath }) => ({ name, mountPath }))
  }
}
