import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import { documents, readRepositoryFile, repositoryRoot } from './read-repository.ts'

describe('links of the documents', () => {
  it.each(documents())('%s leads to files and headings that exist', path => {
    expect(relativeLinks(path).filter(link => !resolves(path, link))).toEqual([])
  })
})

function relativeLinks(path: string): string[] {
  const links = [...readRepositoryFile(path).matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1] ?? '')
  return links.filter(link => !/^[a-z]+:/.test(link))
}

function resolves(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? from : join(dirname(from), file)
  if (!existsSync(join(repositoryRoot, target))) return false
  return anchor === undefined || anchorsOf(target).includes(anchor)
}

/** GitHub's rule for the anchor of a heading: lower case, blanks to dashes, other punctuation dropped. */
function anchorsOf(path: string): string[] {
  const headings = [...readRepositoryFile(path).matchAll(/^#+ (.+)$/gm)].map(match => match[1] ?? '')
  return headings.map(heading =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  )
}
