import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { checkHost } from '../../src/host/check-host.ts'

const good = { userId: 0, platform: 'linux', architecture: 'x64', nodeVersion: 'v20.20.2' }

const cgroups = '/sys/fs/cgroup'
const bridge = '/proc/sys/net/bridge'
const v1 = [`${cgroups}/pids`, `${cgroups}/cpuset`]

async function machineWith(...paths: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'))
  for (const path of [cgroups, ...paths]) await mkdir(join(root, path), { recursive: true })
  return root
}

describe('checkHost', () => {
  it('accepts root with Node 20 on a machine with cgroup v1', async () => {
    await expect(checkHost(good, await machineWith(...v1, `${cgroups}/unified`, bridge))).resolves.toBeUndefined()
  })

  it('refuses cgroup v2 and says how else to go on', async () => {
    await expect(checkHost(good, await machineWith(`${cgroups}/cgroup.controllers`, bridge))).rejects.toThrow(
      /cgroup v2 only.*KUBECONFIG/
    )
  })

  it('refuses a machine without cgroups', async () => {
    await expect(checkHost(good, await machineWith(bridge))).rejects.toThrow('No cgroup v1 hierarchies')
  })

  it('says which kernel module is missing', async () => {
    await expect(checkHost(good, await machineWith(...v1))).rejects.toThrow('modprobe br_netfilter')
  })

  it.each([
    { facts: { userId: 1000 }, problem: 'needs root' },
    { facts: { nodeVersion: 'v22.1.0' }, problem: 'Node 20 is needed, this is v22.1.0' },
    { facts: { architecture: 'arm64' }, problem: 'this is linux on arm64' },
    { facts: { platform: 'darwin' }, problem: 'this is darwin on x64' }
  ])('refuses $facts', async ({ facts, problem }) => {
    await expect(checkHost({ ...good, ...facts }, await machineWith(...v1, bridge))).rejects.toThrow(problem)
  })

  it('names all problems at once', async () => {
    const problems = checkHost({ ...good, userId: 1, nodeVersion: 'v18.0.0' }, await machineWith(...v1, bridge))
    await expect(problems).rejects.toThrow(/root[^]*Node 20/)
  })
})
