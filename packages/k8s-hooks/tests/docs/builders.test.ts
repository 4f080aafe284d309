import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readRepositoryFile, repositoryRoot } from './read-repository.ts'

const corpus = 'e2e/dockerfiles'

interface Row {
  readonly folder: string
  readonly docker: string
  readonly buildah: string
  readonly buildkit: string
  readonly kaniko: string
}

/** Lines of the table whose first cell links to a folder of the corpus. */
function rows(): readonly Row[] {
  return readRepositoryFile('docs/builders.md')
    .split('\n')
    .map(line => line.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '').trim()))
    .filter(([first = '']) => first.includes(`](../${corpus}/`))
    .map(([first = '', docker = '', buildah = '', buildkit = '', kaniko = '']) => {
      const folder = /^\[([^\]]+)\]/.exec(first)?.[1] ?? ''
      return { folder, docker, buildah, buildkit, kaniko }
    })
}

interface Deviation {
  readonly reason: string
  readonly warning?: string
}

function reasonOf(folder: string, builder: string): string | undefined {
  const deviations = deviationsOf(folder)
  return (deviations[builder] ?? deviations['all'])?.reason
}

function deviationsOf(folder: string): Readonly<Record<string, Deviation>> {
  if (!existsSync(join(repositoryRoot, corpus, folder, 'deviations.json'))) return {}
  return readJson(folder, 'deviations.json') as Readonly<Record<string, Deviation>>
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readRepositoryFile(join(corpus, folder, file)))
}

describe('docs/builders.md', () => {
  const folders = readdirSync(join(repositoryRoot, corpus)).sort()

  it('has a line for each Dockerfile that the tests build, and for no other', () => {
    expect(rows().map(({ folder }) => folder)).toEqual(folders)
  })

  it.each(folders)('says of %s what Docker gives and what is known of each builder', folder => {
    const { rule } = readJson(folder, 'expected.json') as { readonly rule: string }
    const row = rows().find(({ folder: name }) => name === folder)
    expect(row).toMatchObject({
      docker: rule,
      buildah: reasonOf(folder, 'buildah') ?? 'as Docker',
      buildkit: reasonOf(folder, 'buildkit') ?? 'as Docker'
    })
    const reason = reasonOf(folder, 'kaniko')
    // No file tells what was found to be as with Docker and what was not measured.
    expect(reason === undefined ? ['as Docker', 'not measured'] : [reason]).toContain(row?.kaniko)
  })

  it('says truly that the hook warns of what a builder does in silence', () => {
    const silent = folders.flatMap(folder =>
      Object.values(deviationsOf(folder)).filter(({ reason }) => reason.includes('in silence'))
    )
    expect(silent.length).toBeGreaterThan(5)
    expect(silent.filter(({ warning }) => warning === undefined)).toEqual([])
  })
})
