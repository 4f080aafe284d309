import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { buildArguments, readKubernetesModule } from '../../src/binaries/kubernetes-module.ts'

describe('readKubernetesModule', () => {
  it('takes the version from go.mod', async () => {
    const module = await readKubernetesModule(resolve(import.meta.dirname, '../../kubernetes'))
    expect(module.version).toBe('v1.34.4')
  })

  it.each(['go.mod', 'go.sum', 'coredns/main.go'])('is another module when %s changes', async name => {
    const directory = await mkdtemp(join(tmpdir(), 'module-'))
    await mkdir(join(directory, 'coredns'))
    for (const file of ['go.sum', 'coredns/main.go']) await writeFile(join(directory, file), '')
    await writeFile(join(directory, 'go.mod'), 'require k8s.io/kubernetes v1.2.3\n')
    const before = await readKubernetesModule(directory)
    await writeFile(join(directory, name), 'require k8s.io/kubernetes v1.2.3\n// changed\n')
    expect((await readKubernetesModule(directory)).sources).not.toBe(before.sources)
  })
})

describe('buildArguments', () => {
  const text = buildArguments({ version: 'v1.34.4' }, '/target').join(' ')

  it.each(['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'])('stamps the version into %s', path => {
    expect(text).toContain(`-X ${path}.gitVersion=v1.34.4 -X ${path}.gitMajor=1 -X ${path}.gitMinor=34`)
  })

  it('builds the tools of the module and CoreDNS', () => {
    expect(text).toMatch(/-o \/target\/ tool \.\/coredns$/)
  })
})
