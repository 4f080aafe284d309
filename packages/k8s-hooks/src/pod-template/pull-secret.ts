import type { V1Secret } from '@kubernetes/client-node'
import type { RegistryCredentials } from '@k8s-hooks/hooklib'
import { metadataOf, type Identity } from './identity.ts'

/** Docker Hub's key in a docker config; the runner sends "" for it (contract 1.2). */
const dockerHub = 'https://index.docker.io/v1/'

/** The workflow's registry credentials as an image pull secret. */
export function pullSecretOf(
  identity: Identity,
  name: string,
  { username, password, serverUrl }: RegistryCredentials
): V1Secret {
  const auth = Buffer.from(`${username}:${password ?? ''}`).toString('base64')
  const config = { auths: { [serverUrl === '' ? dockerHub : serverUrl]: { username, password: password ?? '', auth } } }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: metadataOf(identity, 'secret', name),
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') }
  }
}
