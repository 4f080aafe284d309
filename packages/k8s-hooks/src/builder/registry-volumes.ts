import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'

export interface RegistryMountPaths {
  /** Directory that gets `config.json`. */
  readonly credentials: string
  /** Directory that gets `ca.crt`. */
  readonly ca: string
}

/** The Secrets of the registry as volumes of the builder's pod, and where they are mounted. Two containers may have different credentials. */
export function registryVolumes(
  { secretName, caSecretName }: Pick<RegistrySettings, 'secretName' | 'caSecretName'>,
  paths: RegistryMountPaths,
  credentialsVolume = 'registry-credentials'
): { readonly volumes: readonly V1Volume[]; readonly mounts: readonly V1VolumeMount[] } {
  const parts = [
    {
      name: credentialsVolume,
      secretName,
      mountPath: paths.credentials,
      key: '.dockerconfigjson',
      path: 'config.json'
    },
    { name: 'registry-ca', secretName: caSecretName, mountPath: paths.ca, key: 'ca.crt', path: 'ca.crt' }
  ]
  const used = parts.flatMap(part => (part.secretName === undefined ? [] : [{ ...part, secretName: part.secretName }]))
  return {
    volumes: used.map(part => ({
      name: part.name,
      secret: { secretName: part.secretName, items: [{ key: part.key, path: part.path }] }
    })),
    mounts: used.map(({ name, mountPath }) => ({ name, mountPath, readOnly: true }))
  }
}
