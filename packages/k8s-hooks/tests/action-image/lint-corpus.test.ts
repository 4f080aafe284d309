import { describe, expect, it } from '@jest/globals'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readIgnoreRules } from '../../src/action-image/ignore-rules.ts'
import { lintContext } from '../../src/action-image/lint-context.ts'
import { lintDockerfile } from '../../src/action-image/lint-dockerfile.ts'
import { locateDockerfile } from '../../src/action-image/locate.ts'
import { scanContext } from '../../src/action-image/scan-context.ts'

const corpus = resolve(import.meta.dirname, '../../../../e2e/dockerfiles')
const builders = [
  { kind: 'kaniko', image: 'ghcr.io/osscontainertools/kaniko:v1.28.3' },
  { kind: 'buildah', image: 'localhost/buildah:1' },
  { kind: 'buildkit', image: 'localhost/buildkit:1' }
] as const
type Builder = (typeof builders)[number]

interface Deviation {
  readonly warning?: string
}

/** Warnings as the hook prints them. */
async function lint(folder: string, builder: Builder): Promise<readonly string[]> {
  const { dockerfile = 'Dockerfile' } = readJson(folder, 'expected.json') as { readonly dockerfile?: string }
  const located = await locateDockerfile(join(corpus, folder, dockerfile), [corpus])
  const rules = await readIgnoreRules(located, [corpus])
  const { entries } = await scanContext(located, { rules, maxBytes: 1e9 })
  const warnings = [...lintDockerfile(located.content, builder), ...lintContext(located.content, entries, builder)]
  return warnings.map(({ line, text }) => `line ${line}: ${text}`)
}

function expectedWarning(folder: string, { kind }: Builder): string | undefined {
  if (!existsSync(join(corpus, folder, 'deviations.json'))) return undefined
  return (readJson(folder, 'deviations.json') as Readonly<Record<string, Deviation>>)[kind]?.warning
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(corpus, folder, file), 'utf8'))
}

describe.each(builders)('the lint of Dockerfiles whose result with $kind is known', builder => {
  // What prepare.sh makes is not there: the e2e tests see those.
  const folders = readdirSync(corpus)
    .filter(folder => !existsSync(join(corpus, folder, 'prepare.sh')))
    .filter(folder => folder !== 'copy-outside')

  it.each(folders)('warns of %s exactly where the builder is silent or unclear', async folder => {
    const warning = expectedWarning(folder, builder)
    const found = await lint(folder, builder)
    expect(found[0] ?? '').toMatch(new RegExp(`^${warning ?? '$'}`))
  })

  it('refuses the one that leads out of the context', async () => {
    await expect(lint('copy-outside', builder)).rejects.toMatchObject({ code: 'DOCKERFILE_LEAKS_CONTEXT' })
  })
})
