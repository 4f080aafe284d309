import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadClusterAccess } from '../../src/kubernetes/cluster-access.ts'
import { loadKubeconfigAccess } from '../../src/kubernetes/kubeconfig-access.ts'

interface Written {
  readonly server: string
  readonly user: string
  readonly namespace?: string
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function kubeconfig({ server, user, namespace }: Written): string {
  return `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u${namespace === undefined ? '' : `, namespace: ${namespace}`}}}]
clusters: [{name: c, cluster: {server: "${server}", certificate-authority-data: ${base64('the CA')}}}]
users: [{name: u, user: ${user}}]
`
}

describe('a kubeconfig', () => {
  let folder = ''
  const before = process.env['KUBECONFIG']
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
    process.env['KUBECONFIG'] = join(folder, 'config')
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    if (before === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = before
  })
  const write = async (text: string): Promise<void> => await writeFile(join(folder, 'config'), text)

  it('gives host, port, prefix, authority, token and namespace', async () => {
    await write(
      kubeconfig({ server: 'https://rancher.test:8443/k8s/c-1/', user: '{token: secret}', namespace: 'team' })
    )
    const access = await loadKubeconfigAccess(undefined)
    expect(access).toMatchObject({ host: 'rancher.test', port: 8443, basePath: '/k8s/c-1', namespace: 'team' })
    expect(String(access.tls.ca)).toBe('the CA')
    expect(await access.token()).toBe('secret')
  })

  it('may prove itself by a certificate', async () => {
    const user = `{client-certificate-data: ${base64('the certificate')}, client-key-data: ${base64('the key')}}`
    await write(kubeconfig({ server: 'https://[fd00::1]', user }))
    const access = await loadKubeconfigAccess(undefined)
    expect(access).toMatchObject({ host: 'fd00::1', port: 443, basePath: '', namespace: 'default' })
    expect({ cert: String(access.tls.cert), key: String(access.tls.key) }).toEqual({
      cert: 'the certificate',
      key: 'the key'
    })
    expect(await access.token()).toBeUndefined()
  })

  it('wins over the service account where KUBECONFIG names it, and the settings over its namespace', async () => {
    await write(kubeconfig({ server: 'https://named.test', user: '{token: t}', namespace: 'team' }))
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBECONFIG: process.env['KUBECONFIG'] }
    expect(await loadClusterAccess({ env, namespace: 'mine', stateFolder: 'none' })).toMatchObject({
      host: 'named.test',
      namespace: 'mine'
    })
  })

  it.each([
    { what: 'is not YAML', text: ': [', reason: /no kubeconfig can be used \(/ },
    { what: 'names no cluster', text: 'apiVersion: v1\nkind: Config\n', reason: /Invalid URL/ },
    {
      what: 'names a proxy without TLS',
      text: kubeconfig({ server: 'http://localhost:8001', user: '{}' }),
      reason: /http:\/\/localhost:8001\/ is not https/
    }
  ])('cannot be used when it $what', async ({ text, reason }) => {
    await write(text)
    await expect(loadKubeconfigAccess(undefined)).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: expect.stringMatching(reason)
    })
  })
})
