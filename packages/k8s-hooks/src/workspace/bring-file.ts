import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createBufferCollector } from './buffer-collector.ts'
import { runPodShell, type PodShell, type ShellResult } from './pod-shell.ts'
import { SyncCut } from './sync-cut.ts'

export interface BroughtFile {
  /** Path of a file of the runner, or the content itself. */
  readonly source: string | Buffer
  /** Absolute path in the pod. */
  readonly target: string
  /** The Node that checks the size: the brought file itself, or one that is there. */
  readonly checkedBy: 'itself' | { readonly node: string }
  /** A small file that is written last: its presence means that everything is there. */
  readonly marker?: { readonly file: string; readonly text: string }
}

/** Exit codes of the script that say where it failed. */
const failures = { write: 30, run: 31, size: 32 } as const

/** In this order nobody ever sees a file that is incomplete. `: >` frees the space of what is not wanted, without `rm`. */
const script = `
unset NODE_OPTIONS
new="$1.$$.new"
mkdir -p "\${1%/*}" && cat >"$new" && chmod 755 "$new" || exit ${failures.write}
node="$3"
[ -n "$node" ] || node="$new"
size=$("$node" -e 'process.stdout.write(String(require("fs").statSync(process.argv[1]).size))' "$new") || { : >"$new"; exit ${failures.run}; }
[ "$size" = "$2" ] || { : >"$new"; exit ${failures.size}; }
mv -f "$new" "$1" || exit ${failures.write}
[ -n "$4" ] || exit 0
printf %s "$5" >"$4.$$.new" && mv -f "$4.$$.new" "$4" || exit ${failures.write}
`

export type BringResult = { readonly kind: 'brought' } | { readonly kind: 'cannot-run'; readonly reason: string }

/**
 * Streams one file into a container with `sh`, `mkdir`, `cat`, `chmod` and `mv`, by one exec.
 * @throws SyncCut when the connection broke or bytes are missing; Error when the pod could not write
 */
export async function bringFile(shell: PodShell, file: BroughtFile, signal: AbortSignal): Promise<BringResult> {
  const { source, target, checkedBy, marker = { file: '', text: '' } } = file
  const size = Buffer.isBuffer(source) ? source.length : statSync(source).size
  const stdin = Readable.from(chunksOf(source), { objectMode: false, highWaterMark: 128 * 1024 })
  const args = [target, String(size), checkedBy === 'itself' ? '' : checkedBy.node, marker.file, marker.text]
  const result = await runPodShell(shell, { script, args, stdin, signal })
  if (result.exitCode === 0) return { kind: 'brought' }
  if (result.exitCode === failures.size) throw new SyncCut(`${target} arrived incomplete`)
  if (result.exitCode === failures.write) throw new Error(wordsOf(result, `${target} could not be written`))
  return { kind: 'cannot-run', reason: wordsOf(result, `exit code ${result.exitCode}`) }
}

const wordsOf = ({ stderr }: ShellResult, otherwise: string): string => (stderr === '' ? otherwise : stderr)

async function* chunksOf(source: string | Buffer): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(source)) {
    yield source
    return
  }
  const collectBuffers = createBufferCollector()
  for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) {
    collectBuffers(chunk.length)
    yield chunk
  }
}
