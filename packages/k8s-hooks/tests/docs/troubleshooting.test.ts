import { describe, expect, it } from '@jest/globals'

import { listRepositoryFiles, readRepositoryFile } from './read-repository.ts'

const sources = ['packages/hooklib/src', 'packages/k8s-hooks/src'].flatMap(folder => listRepositoryFiles(folder, '.ts'))

/** The first argument of each `new HookError(…)`: a literal with its quotes, or whatever else stands there. */
function codeArguments(): string[] {
  return sources.flatMap(path =>
    [...readRepositoryFile(path).matchAll(/new HookError\(\s*([^,\s]+)/g)].map(match => match[1] ?? '')
  )
}

function headings(): string[] {
  const text = readRepositoryFile('docs/troubleshooting.md')
  return [...text.matchAll(/^#+ `([A-Z0-9_]+)`$/gm)].map(match => match[1] ?? '')
}

describe('docs/troubleshooting.md', () => {
  const codes = [...new Set(codeArguments().map(argument => argument.replaceAll("'", '')))].sort()

  it('can find every code, because each is written as a literal', () => {
    expect(codeArguments().filter(argument => !/^'[A-Z0-9_]+'$/.test(argument))).toEqual([])
    expect(codes.length).toBeGreaterThan(20)
  })

  it('has one heading for every code and none for a code that no longer exists', () => {
    expect(headings().sort()).toEqual(codes)
  })
})
