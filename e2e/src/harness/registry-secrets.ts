import { apply } from './kubectl.ts'

/** A Secret as `kubectl create secret docker-registry` makes it. */
export async function createDockerConfig(
  namespace: string,
  name: string,
  users: Readonly<Record<string, string>>
): Promise<void> {
  const entries = Object.entries(users).map(([place, user]) => [place, { auth: Buffer.from(user).toString('base64') }])
  const config = JSON.stringify({ auths: Object.fromEntries(entries) as object })
  const type = 'kubernetes.io/dockerconfigjson'
  await apply({ ...secret(namespace, name), type, stringData: { '.dockerconfigjson': config } })
}

export async function createCaSecret(namespace: string, name: string, ca: string): Promise<void> {
  await apply({ ...secret(namespace, name), stringData: { 'ca.crt': ca } })
}

function secret(namespace: string, name: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } }
}
