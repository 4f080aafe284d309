import { describe, expect, it } from '@jest/globals'
import { layoutOf } from '../../src/cluster-layout.ts'
import { renderManifests } from '../../src/manifests/render-manifests.ts'

const list: unknown = JSON.parse(renderManifests(layoutOf({ name: 'mine', stateDir: '/state', cacheDir: '/cache' })))

describe('renderManifests', () => {
  it.each([
    { kind: 'Service', rest: { spec: { clusterIP: '10.96.5.5', ports: [{ port: 5000, nodePort: 30500 }] } } },
    { kind: 'StorageClass', rest: { metadata: { name: 'manual' }, volumeBindingMode: 'WaitForFirstConsumer' } },
    { kind: 'Pod', rest: { spec: { containers: [{ image: 'localhost/registry:2', imagePullPolicy: 'Never' }] } } }
  ])('has the $kind', ({ kind, rest }) => {
    expect(list).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ kind })]) as unknown })
    const items = (list as { readonly items: readonly { readonly kind: string }[] }).items
    expect(items.find(item => item.kind === kind)).toMatchObject(rest)
  })

  it('keeps what the registry serves in the state directory, and lets it be deleted', () => {
    const text = JSON.stringify(list)
    expect(text).toContain('"hostPath":{"path":"/state/registry"')
    expect(text).toContain(String.raw`\"delete\":{\"enabled\":true}`)
    expect(text).not.toContain('blobdescriptor')
  })
})
