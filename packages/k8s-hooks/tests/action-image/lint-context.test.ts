import { describe, expect, it } from '@jest/globals'
import { lintContext } from '../../src/action-image/lint-context.ts'
import type { ContextEntry } from '../../src/action-image/scan-context.ts'

const entries = [
  entryOf('bin', 'directory', 0o2755),
  entryOf('bin/plain', 'file', 0o755),
  entryOf('bin/sudo', 'file', 0o4755),
  entryOf('tool', 'file', 0o2755)
]

function entryOf(path: string, kind: ContextEntry['kind'], mode: number): ContextEntry {
  return { path, kind, mode, size: 0, source: `/context/${path}` }
}

function warningsOf(...steps: readonly string[]): readonly string[] {
  const content = ['FROM a', ...steps].join('\n')
  return lintContext(content, entries, { kind: 'buildah' }).map(({ line, text }) => `${line}: ${text}`)
}

describe('lintContext', () => {
  it.each([
    { step: 'COPY . /x/', files: 'bin/sudo, tool' },
    { step: 'COPY bin /x', files: 'bin/sudo' },
    { step: 'COPY ./bin/ /x', files: 'bin/sudo' },
    { step: 'COPY bin/s* /x/', files: 'bin/sudo' },
    { step: 'COPY --chown=1:1 ["tool", "/x"]', files: 'tool' },
    { step: 'ADD /tool /x', files: 'tool' }
  ])('says which files lose their bits in $step', ({ step, files }) => {
    expect(warningsOf('RUN true', step)).toEqual([`3: Buildah clears setuid and setgid of ${files}`])
  })

  it('names three files and counts the rest', () => {
    const many = [1, 2, 3, 4, 5].map(number => entryOf(`f${number}`, 'file', 0o4755))
    expect(lintContext('FROM a\nCOPY . /x/', many, { kind: 'buildah' })).toEqual([
      { line: 2, text: 'Buildah clears setuid and setgid of f1, f2, f3 and 2 more' }
    ])
  })

  it.each(['COPY bin/plain /x', 'COPY --from=0 . /x', 'COPY --chmod=755 bin/plain /x', 'RUN chmod 4755 bin/sudo'])(
    'has nothing to say about %s',
    step => {
      expect(warningsOf(step)).toEqual([])
    }
  )

  it('says the same of BuildKit, which clears them without root', () => {
    expect(lintContext('FROM a\nCOPY tool /x', entries, { kind: 'buildkit' })).toEqual([
      { line: 2, text: 'BuildKit clears setuid and setgid of tool' }
    ])
  })

  it('says which directory does not get the mode of --chmod', () => {
    const plain = [entryOf('lib', 'directory', 0o755), entryOf('lib/a', 'file', 0o644)]
    const textsOf = (step: string, kind: 'buildah' | 'buildkit'): readonly string[] =>
      lintContext(`FROM a\n${step}`, plain, { kind }).map(({ text }) => text)
    expect(textsOf('COPY --chmod=700 lib /x', 'buildah')).toEqual([
      'Buildah makes the directory that it copies to with mode 755, not 700'
    ])
    expect(textsOf('COPY --chmod=755 lib /x', 'buildah')).toEqual([])
    expect(textsOf('COPY --chmod=700 lib/a /x', 'buildah')).toEqual([])
    expect(textsOf('COPY --chmod=700 lib /x', 'buildkit')).toEqual([])
  })

  it('has nothing to say about Kaniko, which keeps them', () => {
    expect(lintContext('FROM a\nCOPY . /x', entries, { kind: 'kaniko' })).toEqual([])
  })
})
