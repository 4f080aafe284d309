import { chooseBuilder, standInInstead } from '../harness/choose-builder.ts'

/** Jest's global setup: which executor drives the Kaniko Job is decided once, said aloud, and handed to the tests by the environment. */
export default async function chooseExecutor(): Promise<void> {
  const { env, reason } = await chooseBuilder(standInInstead)
  Object.assign(process.env, env)
  console.log(`\nExecutor of builds in this run: ${reason}.`)
}
