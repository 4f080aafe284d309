import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadClusterAccess } from '../../src/kubernetes/cluster-access.ts'

describe('loadClusterAccess in a pod', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-account-'))
    const files = { 'ca.crt': 'the CA', namespace: 'arc-runners\n', token: 'first\n' }
    await Promise.all(Object.entries(files).map(async ([name, text]) => await writeFile(join(folder, name), text)))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  it.each([
    { env: { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '6443' }, host: '10.96.0.1', port: 6443 },
    { env: { KUBERNETES_SERVICE_HOST: 'fd00::1' }, host: 'fd00::1', port: 443 },
    { env: { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBECONFIG: '' }, host: '10.96.0.1', port: 443 }
  ])('is that of its service account at $host', async ({ env, host, port }) => {
    const access = await loadClusterAccess({
      env,
      namespace: undefined,
      serviceAccountDir: folder,
      stateFolder: folder
    })
    expect(access).toMatchObject({ host, port, basePath: '', tls: { ca: 'the CA' }, namespace: 'arc-runners' })
  })

  it('takes the namespace that the settings name', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' }
    const access = await loadClusterAccess({
      env,
      namespace: 'elsewhere',
      serviceAccountDir: folder,
      stateFolder: folder
    })
    expect(access.namespace).toBe('elsewhere')
  })

  it('reads a token that was exchanged', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' }
    const { token } = await loadClusterAccess({
      env,
      namespace: undefined,
      serviceAccountDir: folder,
      stateFolder: folder
    })
    expect(await token()).toBe('first')
    await writeFile(join(folder, 'token'), 'second\n')
    expect(await token()).toBe('second')
  })

  it('says what a pod without a mounted service account lacks', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' }
    const loading = loadClusterAccess({
      env,
      namespace: undefined,
      serviceAccountDir: join(folder, 'missing'),
      stateFolder: folder
    })
    await expect(loading).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      hint: expect.stringContaining('automountServiceAccountToken')
    })
  })
})
