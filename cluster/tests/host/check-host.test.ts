import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { checkHost } from '../../src/host/check-host.ts'

const good = { userId: 0, platform: 'linux', architecture: 'x64', nodeVersion: 'v20.20.2' }

async function cgroups(...entries: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'cgroup-'))
  for (const entry of entries) {
    if (entry.includes('.')) await writeFile(join(root, entry), '')
    else await mkdir(join(root, entry))
  }
  return root
}

describe('checkHost', () => {
  it('accepts root with Node 20 on a machine with cgroup v1', async () => {
    await expect(checkHost(good, await cgroups('pids', 'cpuset', 'unified'))).resolves.toBeUndefined()
  })

  it('refuses cgroup v2 and says how else to go on', async () => {
    await expect(checkHost(good, await cgroups('cgroup.controllers'))).rejects.toThrow(/cgroup v2 only.*KUBECONFIG/)
  })

  it('refuses a machine without cgroups', async () => {
    await expect(checkHost(good, await cgroups())).rejects.toThrow('No cgroup v1 hierarchies')
  })

  it.each([
    { facts: { userId: 1000 }, problem: 'needs root' },
    { facts: { nodeVersion: 'v22.1.0' }, problem: 'Node 20 is needed, this is v22.1.0' },
    { facts: { architecture: 'arm64' }, problem: 'this is linux on arm64' },
    { facts: { platform: 'darwin' }, problem: 'this is darwin on x64' }
  ])('refuses $facts', async ({ facts, problem }) => {
    await expect(checkHost({ ...good, ...facts }, await cgroups('pids', 'cpuset'))).rejects.toThrow(problem)
  })

  it('names all problems at once', async () => {
    const problems = checkHost({ ...good, userId: 1, nodeVersion: 'v18.0.0' }, await cgroups('pids', 'cpuset'))
    await expect(problems).rejects.toThrow(/root[^]*Node 20/)
  })
})
