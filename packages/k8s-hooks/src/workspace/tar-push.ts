import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { shellQuote } from '../support/shell-quote.ts'
import type { SyncAttempt } from './agent-sync.ts'
import { toBytePath, type BytePath } from './byte-path.ts'
import { runPodShell, type PodShell, type ShellResult } from './pod-shell.ts'
import { tarOf } from './tar-source.ts'
import { lastPodId, podIdFile, readTarBaselines, writeTarBaselines, type TarStatePlace } from './tar-state.ts'
import { createTally, type Totals } from './totals.ts'
import { findChanges, type TreeChanges } from './tree-changes.ts'

export interface TarSyncTarget extends PodShell, TarStatePlace {
  readonly runnerRoot: string
  readonly podRoot: string
  readonly podStateDir: string
}

/**
 * One attempt to bring what changed on the runner into a pod that has no agent: a shell script for what is gone, `tar` for what is there.
 * It needs sh, mkdir, cat, rm, rmdir and tar. Throws SyncCut when it may be repeated.
 */
export async function pushByTar(target: TarSyncTarget, attempt: SyncAttempt): Promise<Totals> {
  const { scope, signal, warn, onPath } = attempt
  const tree = { root: toBytePath(target.runnerRoot), scope, warn }
  const expectedId = lastPodId(target)
  const known = readTarBaselines(target, expectedId)
  const soFar = await findChanges(tree, known.runner.entries)
  const podId = await clear(target, { expectedId, changes: soFar, known: known.runner.entries, signal })
  const baselines = podId === expectedId ? known : readTarBaselines(target, podId)
  const changes = podId === expectedId ? soFar : await findChanges(tree, baselines.runner.entries)
  const tally = createTally()
  for (const path of changes.deleted) {
    baselines.runner.entries.delete(path)
    baselines.pod.entries.delete(path)
    tally.deletion()
  }
  if (changes.changed.length > 0) {
    const archive = tarOf({
      root: tree.root,
      paths: changes.changed.map(({ path }) => path),
      baselines,
      tally,
      warn,
      onPath
    })
    const script = 'cd "$1" && exec tar -xpf -'
    const stdin = Readable.from(archive, { objectMode: false })
    assertDone(await runPodShell(target, { script, args: [target.podRoot], stdin, signal }))
  }
  writeTarBaselines(target, baselines)
  return tally.totals()
}

interface Clearing {
  readonly expectedId: string
  readonly changes: TreeChanges
  readonly known: ReadonlyMap<BytePath, string>
  readonly signal: AbortSignal
}

/** Makes the folders, removes what is gone if it is the same pod as the last time, and gives the pod's id. */
async function clear(target: TarSyncTarget, { expectedId, changes, known, signal }: Clearing): Promise<string> {
  const { podRoot, podStateDir } = target
  const lines = [
    'mkdir -p "$1" "$2" && cd "$1" || exit 1',
    'id=$3',
    `[ -s "$id" ] || printf %s ${randomUUID()} >"$id" || exit 1`,
    'cat "$id"',
    `[ "$(cat "$id")" = "${expectedId}" ] || exit 0`,
    ...removals(changes, known)
  ]
  const stdin = Readable.from([Buffer.from(`${lines.join('\n')}\n`, 'latin1')])
  // The script goes through stdin: a command line has a limit, and the API server one of its own.
  const result = await runPodShell(target, {
    script: 'exec sh -s "$1" "$2" "$3"',
    args: [podRoot, podStateDir, podIdFile(target)],
    stdin,
    signal
  })
  assertDone(result)
  return result.stdout
}

/** Deleted paths, children first, and those whose kind changed, for which tar might find something in the way. */
function removals({ changed, deleted }: TreeChanges, known: ReadonlyMap<BytePath, string>): readonly string[] {
  const lines = [...deleted, ...changed.map(({ path }) => path).filter(path => known.has(path))].map(path => {
    const quoted = shellQuote(`./${path}`)
    return known.get(path)?.startsWith('d') === true ? `rmdir ${quoted} 2>/dev/null` : `rm -f ${quoted} || exit 1`
  })
  return [...lines, 'exit 0']
}

function assertDone({ exitCode, stderr }: ShellResult): void {
  if (exitCode !== 0) throw new Error(`in the pod: ${stderr === '' ? `exit code ${exitCode}` : stderr}`)
}
