import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { globPattern } from '../../src/expressions/glob-pattern.ts'
import { hashFiles } from '../../src/expressions/hash-files.ts'
import { writeTree } from '../run-workflow.ts'

const sha256 = (...contents: readonly (string | Buffer)[]): Buffer =>
  contents.reduce<ReturnType<typeof createHash>>((hash, content) => hash.update(content), createHash('sha256')).digest()

/** The hash over the hashes of the files, as the runner's hashFiles does it. */
const hashOf = (...contents: readonly string[]): string =>
  sha256(...contents.map(content => sha256(content))).toString('hex')

describe('hashFiles', () => {
  let workspace = ''
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'hash-files-'))
    writeTree(workspace, { 'b.lock': 'b', 'a/deep/a.lock': 'a', 'a/x.txt': 'x', 'node_modules/m.lock': 'm' })
    symlinkSync('a', join(workspace, 'link'))
  })
  afterEach(() => rmSync(workspace, { recursive: true }))

  it.each([
    { patterns: ['**/*.lock'], files: ['a', 'b', 'm'] },
    { patterns: ['**/*.lock', '!node_modules/**'], files: ['a', 'b'] },
    { patterns: ['**/*.lock\n!node_modules'], files: ['a', 'b'] },
    { patterns: ['*.lock'], files: ['b'] },
    { patterns: ['a'], files: ['a', 'x'] },
    { patterns: ['a/?.txt'], files: ['x'] },
    { patterns: ['--follow-symbolic-links', 'link/*.txt'], files: ['x'] }
  ])('takes $patterns', ({ patterns, files }) => {
    expect(hashFiles(workspace, patterns)).toBe(hashOf(...files))
  })

  it('is empty when nothing matches', () => {
    expect(hashFiles(workspace, ['nothing/**'])).toBe('')
  })

  it('refuses an unknown option', () => {
    expect(() => hashFiles(workspace, ['--depth', 'a'])).toThrow('Invalid glob option --depth')
  })
})

describe('globPattern', () => {
  it.each([
    { pattern: '/w/**', path: '/w/a/b', matches: true },
    { pattern: '/w/**/c', path: '/w/c', matches: true },
    { pattern: '/w/**/c', path: '/w/a/b/c', matches: true },
    { pattern: '/w/**/c', path: '/w/ac', matches: false },
    { pattern: '/w/[ab].txt', path: '/w/b.txt', matches: true },
    { pattern: '/w/[!ab].txt', path: '/w/b.txt', matches: false },
    { pattern: '/w/a.txt', path: '/w/axtxt', matches: false },
    { pattern: '/w/(a)+', path: '/w/(a)+', matches: true }
  ])('$pattern on $path: $matches', ({ pattern, path, matches }) => {
    expect(globPattern(pattern)(path)).toBe(matches)
  })
})
