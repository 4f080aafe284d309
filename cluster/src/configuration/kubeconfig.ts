import { addresses, type ClusterLayout } from '../cluster-layout.ts'

/** Client configuration for one user, whose certificate is `pki/<user>.crt`. JSON is YAML. */
export function renderKubeconfig({ name, pki }: Pick<ClusterLayout, 'name' | 'pki'>, user: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: `https://${addresses.node}:6443`, 'certificate-authority': `${pki}/ca.crt` } }
    ],
    users: [{ name: user, user: { 'client-certificate': `${pki}/${user}.crt`, 'client-key': `${pki}/${user}.key` } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
