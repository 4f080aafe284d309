import { PassThrough } from 'node:stream'
import { extract } from 'tar-stream'
import { untilDone } from '../kubernetes/until-done.ts'
import type { PodShell } from './pod-shell.ts'
import { SyncCut } from './sync-cut.ts'
import { createTail } from './tail.ts'
import type { ArchivedEntry } from './tar-entry.ts'

export interface ArchiveRequest {
  /** Absolute directory in the pod. */
  readonly root: string
  /** Relative to it; none: everything in it. Those that are not there are left out. */
  readonly paths: readonly string[]
  /** Names directly in the root that are left out. */
  readonly without: readonly string[]
  readonly signal: AbortSignal
}

export interface ArchiveEnd<T> {
  readonly result: T
  /** What tar complained about; "" when the archive is whole. */
  readonly complaint: string
}

/**
 * Runs the pod's `tar` and hands its archive to `consume`.
 * GNU tar ends with 1 for a file that changed while it was read, busybox for one that it could not read: that is a complaint, all else throws.
 * @throws SyncCut when the connection broke
 */
export async function streamArchive<T>(
  { exec, podName, container }: PodShell,
  { root, paths, without, signal }: ArchiveRequest,
  consume: (archive: AsyncIterable<ArchivedEntry>) => Promise<T>
): Promise<ArchiveEnd<T>> {
  const stop = new AbortController()
  const stdout = new PassThrough()
  const stderr = createTail()
  const archive = extract(readNamesAsBytes)
  stdout.pipe(archive)
  const command = ['sh', '-c', untilDone(scriptFor(without)), 'k8s-hooks', root, ...paths]
  const running = exec({
    podName,
    container,
    command,
    stdout,
    stderr: stderr.stream,
    signal: AbortSignal.any([signal, stop.signal])
  }).then(outcome => {
    if (outcome.kind === 'broken') throw new SyncCut(outcome.reason)
    if (outcome.exitCode > 1) throw new Error(`in the pod: tar ended with ${outcome.exitCode}: ${stderr.text()}`)
    stdout.end()
    return outcome.exitCode === 0 ? '' : stderr.text() || 'tar ended with 1'
  })
  running.catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))))
  try {
    const [result, complaint] = await Promise.all([consume(archive), running])
    return { result, complaint }
  } finally {
    stop.abort()
    await running.catch(() => undefined)
  }
}

/** Known to tar-stream, not to its types. */
const readNamesAsBytes = { highWaterMark: 64 * 1024, filenameEncoding: 'latin1' }

const scriptFor = (without: readonly string[]): string => `
cd "$1" || exit 2
shift
[ $# -gt 0 ] || set -- * .[!.]* ..?*
first=yes
for p in "$@"; do
  if [ -n "$first" ]; then set --; first=; fi
  case "$p" in ${without.join('|')}) continue;; esac
  if [ -e "$p" ] || [ -L "$p" ]; then set -- "$@" "./$p"; fi
done
[ $# -gt 0 ] || exit 0
exec tar -cf - "$@"
`
