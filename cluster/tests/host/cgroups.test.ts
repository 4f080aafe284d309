import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { listCgroupProcesses, removeCgroups } from '../../src/host/cgroups.ts'

async function tree(groups: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'cgroup-'))
  for (const [path, processes] of Object.entries(groups)) {
    await mkdir(join(root, path), { recursive: true })
    if (processes !== '') await writeFile(join(root, path, 'cgroup.procs'), processes)
  }
  return root
}

describe('listCgroupProcesses', () => {
  it("finds the processes of the cluster's groups in all hierarchies, each once", async () => {
    const root = await tree({
      'pids/mine/components': '10\n11\n',
      'memory/mine/kubepods/pod1': '11\n12\n',
      'unified/mine/kubepods': '13\n',
      'pids/mine-too': '99\n',
      'pids/other/mine': '98\n'
    })
    expect([...(await listCgroupProcesses('mine', root))].sort()).toEqual([10, 11, 12, 13])
  })
})

describe('removeCgroups', () => {
  it('removes the groups of the cluster from every hierarchy and leaves the others', async () => {
    const root = await tree({ 'pids/mine/a/b': '', 'unified/mine/a': '', 'pids/other': '' })
    await expect(removeCgroups('mine', root)).resolves.toEqual([])
    await expect(readdir(join(root, 'pids'))).resolves.toEqual(['other'])
    await expect(readdir(join(root, 'unified'))).resolves.toEqual([])
  })

  it('names what is still in use', async () => {
    const root = await tree({ 'pids/mine/busy': '1\n' })
    await expect(removeCgroups('mine', root)).resolves.toEqual([join(root, 'pids/mine/busy'), join(root, 'pids/mine')])
  })
})
