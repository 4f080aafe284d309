import type { V1Volume } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { type RegistryMountPaths, registryVolumes } from './registry-volumes.ts'

/** Name of the volume; the one of the container that pushes has other credentials. */
export const baseImageCredentials = 'base-image-credentials'

/** What the container that builds may know of the registries: the credentials for base images, never those for pushing. */
export function withBaseImageSecret(registry: RegistrySettings, secretName: string | undefined): RegistrySettings {
  return { ...registry, secretName }
}

export function baseImageVolumes(secretName: string | undefined, paths: RegistryMountPaths): readonly V1Volume[] {
  return registryVolumes({ secretName, caSecretName: undefined }, paths, baseImageCredentials).volumes
}
