import { chooseBuilder, givenBuilder, standInInstead } from '../harness/choose-builder.ts'
import { removeOldSites } from '../harness/remove-old-sites.ts'
import { surroundingsOf } from '../harness/surroundings.ts'
import { testPrefix } from '../harness/test-site.ts'

const longestRunMs = 3_600_000

/** Jest's global setup: which executor drives the Kaniko Job is decided once, said aloud, and handed to the tests by the environment. */
export default async function chooseExecutor(): Promise<void> {
  const { env, reason } = givenBuilder(process.env) ?? (await chooseBuilder(standInInstead))
  Object.assign(process.env, env)
  console.log(`\nExecutor of builds in this run: ${reason}.`)
  await removeOldSites(testPrefix, longestRunMs, surroundingsOf(process.env))
}
