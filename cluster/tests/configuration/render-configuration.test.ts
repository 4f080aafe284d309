import { describe, expect, it } from '@jest/globals'
import { layoutOf } from '../../src/cluster-layout.ts'
import { renderConfiguration } from '../../src/configuration/render-configuration.ts'

const layout = layoutOf({ name: 'mine', stateDir: '/state', cacheDir: '/cache' })
const files = renderConfiguration(layout)

function fileOf(path: string): string {
  const text = files.get(path)
  if (text === undefined) throw new Error(`There is no ${path}`)
  return text
}

describe('renderConfiguration', () => {
  it('writes only below the state directory', () => {
    expect([...files.keys()].filter(path => !path.startsWith('/state/'))).toEqual([])
  })

  it('names no path of a checkout or of the cache', () => {
    const text = [...files.values()].join('\n')
    expect(text).not.toContain('/cache')
    expect(text).not.toContain(process.cwd())
  })

  it.each([
    { what: 'the cgroup', path: '/state/etc/kubelet.yaml', expected: '"cgroupRoot": "/mine"' },
    { what: 'the logs of pods', path: '/state/etc/kubelet.yaml', expected: '"podLogsDir": "/state/log/pods"' },
    { what: 'the pod network', path: '/state/etc/cni/10-bridge.conflist', expected: '"name": "mine"' },
    { what: 'address ranges', path: '/state/etc/cni/10-bridge.conflist', expected: '"dataDir": "/state/run/ipam"' },
    { what: "runc's state", path: '/state/etc/containerd.toml', expected: 'Root = "/state/run/runc"' },
    { what: 'sandboxes', path: '/state/etc/containerd.toml', expected: 'netns_mounts_under_state_dir = true' }
  ])('keeps $what apart from those of another cluster', ({ path, expected }) => {
    expect(fileOf(path)).toContain(expected)
  })

  it('lets the node pull images of docker.io from the registry of the cluster', () => {
    expect(fileOf('/state/etc/certs.d/docker.io/hosts.toml')).toContain('[host."http://127.0.0.1:30500/v2/dockerhub"]')
  })

  it('records requests of pods but not those of the components', () => {
    const policy: unknown = JSON.parse(fileOf('/state/etc/audit-policy.yaml'))
    expect(policy).toMatchObject({
      rules: [
        { level: 'None', users: expect.arrayContaining(['system:kube-scheduler', 'system:coredns']) as unknown },
        { level: 'None', userGroups: ['system:nodes'] },
        { level: 'None' },
        { level: 'Metadata' }
      ]
    })
  })

  it('gives programs beside the cluster its names', () => {
    expect(fileOf('/state/etc/client-resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.99.0.2\noptions ndots:5\n'
    )
  })
})
