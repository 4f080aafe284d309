import { text } from 'node:stream/consumers'
import type { Plan } from '../plan.ts'
import { measureBuilds } from './measure-builds.ts'
import { measureCopies } from './measure-copies.ts'
import { measureHooks } from './measure-hooks.ts'
import { openProbe } from './probe.ts'

/** Runs in the runner pod: reads a plan on stdin, prints the samples on stdout, and what it is doing on stderr. */
async function main(): Promise<void> {
  const plan = JSON.parse(await text(process.stdin)) as Plan
  const probe = await openProbe(plan, process.env)
  if (plan.parts.includes('hooks')) await measureHooks(plan, probe)
  if (plan.parts.includes('copies')) await measureCopies(plan, probe)
  if (plan.parts.includes('builds')) await measureBuilds(plan, probe)
  process.stdout.write(JSON.stringify(probe.samples))
}

await main()
