import type { RegistrySettings } from '../../src/config/settings.ts'

/** A registry behind a node port, but for what the test says. */
export function registrySettings(settings: Partial<RegistrySettings> = {}): RegistrySettings {
  return {
    pushHost: 'registry.test:5000',
    pathPrefix: '',
    pullHost: 'localhost:30500',
    secretName: undefined,
    insecure: true,
    caSecretName: undefined,
    mirrors: [],
    ...settings
  }
}
