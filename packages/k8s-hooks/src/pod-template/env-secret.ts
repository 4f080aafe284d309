import type { V1EnvVar, V1Secret } from '@kubernetes/client-node'
import { metadataOf, type Identity } from './identity.ts'

/** An environment that no pod spec shows: values in a Secret, names in the container. */
export interface EnvSecret {
  readonly secret: V1Secret | undefined
  readonly env: readonly V1EnvVar[]
  /** Names that Kubernetes refuses; the container goes without them. */
  readonly refusedNames: readonly string[]
}

/** What every version of the API server takes as the name of an environment variable (apimachinery, validation.IsEnvVarName). */
const validName = /^(?!\.$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*$/

/**
 * The keys of the Secret are numbered, because Secret keys allow less than names of variables do.
 * `$(NAME)` in a value is safe: Kubernetes expands only what stands in the spec.
 */
export function envSecretOf(identity: Identity, name: string, values: Readonly<Record<string, string>>): EnvSecret {
  const names = Object.keys(values)
  const usable = names.filter(key => validName.test(key))
  const data = Object.fromEntries(
    usable.map((key, index) => [`v${index}`, Buffer.from(values[key] ?? '').toString('base64')])
  )
  return {
    secret:
      usable.length === 0
        ? undefined
        : { apiVersion: 'v1', kind: 'Secret', metadata: metadataOf(identity, 'secret', name), data },
    env: usable.map((key, index) => ({ name: key, valueFrom: { secretKeyRef: { name, key: `v${index}` } } })),
    refusedNames: names.filter(key => !usable.includes(key))
  }
}
