import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type BuildReport, buildCorpus } from '../src/harness/build-corpus.ts'
import { buildahInstead, standInInstead } from '../src/harness/choose-builder.ts'
import { type BuildOutcome, outcomeWith, readCorpus } from '../src/harness/dockerfile-corpus.ts'
import type { Site } from '../src/harness/site.ts'
import { openTestSite, testRegistryUrl } from '../src/harness/test-site.ts'
import { buildkit as testedBuildkit } from '../src/harness/tested-builders.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const cases = await readCorpus()

const buildah = { builder: 'buildah', env: buildahInstead.env }
const buildkit = { builder: 'buildkit', env: testedBuildkit.env }
const kaniko = { builder: 'kaniko', env: { [`${prefix}BUILDER`]: 'kaniko' } }

/** What the stand-in builds says nothing about Kaniko. */
const hasKaniko = process.env[`${prefix}BUILDER_IMAGE`] !== standInInstead.env[`${prefix}BUILDER_IMAGE`]

// The context travels and the builder works in the same way in both volume modes: builders.e2e.test.ts shows that.
describe.each([buildah, buildkit, ...(hasKaniko ? [kaniko] : [])])(
  'each Dockerfile built with $builder',
  ({ builder, env }) => {
    let site: Site
    let reports: ReadonlyMap<string, BuildReport>

    beforeAll(async () => {
      site = await openTestSite(`dockerfiles-${builder}`, 'shared', { env })
      reports = await buildCorpus(site, cases, { registryUrl: testRegistryUrl(), atOnce: 3 })
    })

    afterAll(async () => {
      await (site as Site | undefined)?.dispose()
    })

    it.each(cases)('$name gives what Docker gives, or the deviation that is written beside it', wanted => {
      const outcome = outcomeWith(wanted, builder)
      const report = reports.get(wanted.name)
      expect(seenOf(report, outcome)).toEqual(expectedOf(outcome))
      expect(report?.log).toMatch(new RegExp(outcome.warning ?? ''))
    })
  }
)

/** The part of a report that the outcome speaks of. */
function seenOf(report: BuildReport | undefined, { fails, config = {} }: BuildOutcome): object {
  if (fails !== undefined) return { built: report?.config !== undefined, log: report?.log }
  const fields = Object.keys(config).map(field => [field, nullIfEmpty(report?.config?.[field])])
  return { exitCode: report?.exitCode, output: report?.output, config: Object.fromEntries(fields) as object }
}

function expectedOf({ fails, output, config = {} }: BuildOutcome): object {
  if (fails !== undefined) return { built: false, log: expect.stringMatching(new RegExp(fails)) }
  // The hook and the builder add labels of their own.
  const fields = Object.entries(config).map(([field, value]) => [
    field,
    field === 'Labels' ? expect.objectContaining(value as Record<string, unknown>) : value
  ])
  return { exitCode: 0, output, config: Object.fromEntries(fields) as object }
}

/** An empty list and no list mean the same in an image's configuration. */
function nullIfEmpty(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? null : (value ?? null)
}
