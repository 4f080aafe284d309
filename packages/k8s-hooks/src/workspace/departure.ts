import { baselineFileOf, type AgentSyncTarget } from './agent-sync.ts'
import { toBytePath } from './byte-path.ts'
import { carriedFilesOf, type CarriedFiles } from './carried-files.ts'
import type { SyncScope } from './sync-scope.ts'
import { createTally, type Totals } from './totals.ts'
import { findChanges } from './tree-changes.ts'

/** Begins the step with these files; resolves when it runs, so that they are in their places, and rejects when it never will. */
export type Depart = (files: CarriedFiles) => Promise<void>

export interface DepartureOptions {
  readonly scope: SyncScope
  readonly warn: (line: string) => void
  readonly depart: Depart
}

/** Those of a bigger tree are looked for while the agent starts. */
const mostEntries = 5_000

/**
 * Has the step begin with what has changed on the runner, without the agent, when that is little (carried-files.ts); undefined when it is not.
 * The pod's baseline hears of it with the next pull; until then the files look like news there, which are the same here.
 * @throws the reason of `depart`
 */
export async function departWithFew(
  target: Pick<AgentSyncTarget, 'runnerRoot' | 'stateDir' | 'baselineName' | 'baselines'>,
  { scope, warn, depart }: DepartureOptions
): Promise<Totals | undefined> {
  const file = baselineFileOf(target)
  const baseline = target.baselines.take(file)
  if (baseline === undefined) return undefined
  const { entries } = baseline
  const tree = { root: toBytePath(target.runnerRoot), scope, warn }
  const few =
    entries.size > mostEntries
      ? undefined
      : carriedFilesOf(await findChanges(tree, entries), { ...tree, baseline: entries })
  if (few === undefined) {
    target.baselines.keep(file, baseline)
    return undefined
  }
  await depart(few)
  const tally = createTally()
  for (const { path, size, signature } of few.files) {
    entries.set(path, signature)
    tally.file()
    tally.bytes(size)
  }
  for (const path of few.removed) {
    entries.delete(path)
    tally.deletion()
  }
  target.baselines[few.files.length + few.removed.length === 0 ? 'keep' : 'write'](file, baseline)
  return tally.totals()
}
