import type { SyncAttempt } from './agent-sync.ts'
import { readableOf, toBytePath, type BytePath } from './byte-path.ts'
import { runPodShell } from './pod-shell.ts'
import { createReceiver, runnerRules, type Receiver } from './receiver.ts'
import { removeEntry } from './remove-entry.ts'
import { isInScope, type SyncScope } from './sync-scope.ts'
import type { TarSyncTarget } from './tar-push.ts'
import { podIdFile, readTarBaselines, writeTarBaselines, type TarBaselines } from './tar-state.ts'
import { streamArchive } from './tar-stream-out.ts'
import { unpackArchive } from './tar-unpack.ts'
import { createTally, type Totals } from './totals.ts'

/**
 * One attempt to bring what changed in a pod without an agent to the runner: the whole tree comes by the pod's `tar`, and what has the
 * content that it had before is dropped. Action directories cannot be told from a stream, so the SYNC setting `actions` brings everything.
 * Throws SyncCut when it may be repeated.
 */
export async function pullByTar(target: TarSyncTarget, attempt: SyncAttempt): Promise<Totals> {
  const { signal, warn, onPath } = attempt
  const scope = attempt.scope.actionDirectories ? { ...attempt.scope, subtrees: [''] } : attempt.scope
  const baselines = readTarBaselines(target, await readPodId(target, signal))
  const receiver = createReceiver({
    root: toBytePath(target.runnerRoot),
    baseline: baselines.runner.entries,
    rules: runnerRules(path => isInScope(path, scope)),
    warn,
    onPath
  })
  const tally = createTally()
  try {
    const request = {
      root: target.podRoot,
      paths: scope.subtrees.filter(path => path !== '').map(readableOf),
      without: scope.excluded.filter(path => !path.includes('/')),
      signal
    }
    const { result: seen, complaint } = await streamArchive(target, request, archive =>
      unpackArchive(archive, { receiver, podEntries: baselines.pod.entries, tally })
    )
    if (complaint !== '') warn(`tar in the pod: ${complaint}`)
    else removeUnseen(seen, baselines, { scope, receiver }).forEach(tally.deletion)
    return tally.totals()
  } finally {
    writeTarBaselines(target, baselines)
  }
}

async function readPodId(target: TarSyncTarget, signal: AbortSignal): Promise<string> {
  const { stdout } = await runPodShell(target, { script: 'cat "$1"', args: [podIdFile(target)], signal })
  return stdout
}

interface Removing {
  readonly scope: SyncScope
  readonly receiver: Receiver
}

/** Removes what the pod had and has no more, children first, and returns it. */
function removeUnseen(
  seen: ReadonlySet<BytePath>,
  { pod }: TarBaselines,
  { scope, receiver }: Removing
): readonly BytePath[] {
  const gone = [...pod.entries.keys()].filter(path => !seen.has(path) && isInScope(path, scope))
  for (const path of gone.sort().reverse()) {
    receiver.onPath(path)
    removeEntry(path, receiver)
    pod.entries.delete(path)
  }
  return gone
}
