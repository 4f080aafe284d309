import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'

/** What the container that builds does with the image: pushes it, or leaves it in an archive for another container. */
export type Delivery = 'push' | 'archive'

/**
 * Whether a container of its own pushes. A Dockerfile is code that reads whatever the container that builds it can read:
 * where pushing takes credentials, that container must not have them.
 */
export function pushesApart({ secretName }: Pick<RegistrySettings, 'secretName'>): boolean {
  return secretName !== undefined
}

/** Carries the finished image from the container that builds to the one that pushes. */
export const outVolume: V1Volume = { name: 'out', emptyDir: {} }

export function outMount(mountPath: string, access: { readonly readOnly: boolean }): V1VolumeMount {
  return { name: outVolume.name, mountPath, ...(access.readOnly ? { readOnly: true } : {}) }
}
