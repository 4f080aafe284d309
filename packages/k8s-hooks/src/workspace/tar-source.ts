import { createHash } from 'node:crypto'
import { closeSync, fstatSync, readSync, readlinkSync, type Stats } from 'node:fs'
import { bytesOf, joinBytePath, readableOf, type BytePath } from './byte-path.ts'
import { lookAt } from './look-at.ts'
import { openForReading, settledStatsOf } from './open-file.ts'
import { podRules } from './receiver.ts'
import { paddingOf, tarEnd, tarHeaderOf } from './tar-header.ts'
import { contentSignature, type TarBaselines } from './tar-state.ts'
import type { Tally } from './totals.ts'
import { isSameContent, kindOf, modeOf, mtimeOf, signatureOf, type TreeEntry } from './tree-entry.ts'

export interface TarSource {
  /** Absolute. */
  readonly root: BytePath
  readonly paths: readonly BytePath[]
  readonly baselines: TarBaselines
  readonly tally: Tally
  readonly warn: (line: string) => void
  readonly onPath: (path: BytePath) => void
}

const chunkBytes = 256 * 1024

/** The paths as a tar archive, read while it is consumed. Baselines get what was packed. */
export async function* tarOf(source: TarSource): AsyncGenerator<Buffer> {
  for (const path of source.paths) {
    source.onPath(path)
    const stats = lookAt(joinBytePath(source.root, path))
    const kind = typeof stats === 'string' ? undefined : kindOf(stats)
    if (typeof stats === 'string' || kind === undefined) continue
    if (kind === 'file') yield* fileOf(path, source)
    else yield* namedOf(path, stats, source)
  }
  yield tarEnd
}

function* namedOf(path: BytePath, stats: Stats, { root, baselines, tally }: TarSource): Generator<Buffer> {
  const kind = stats.isDirectory() ? 'directory' : 'link'
  const target = kind === 'link' ? readlinkSync(bytesOf(joinBytePath(root, path)), 'latin1') : ''
  const entry = entryOf(path, stats, { kind, size: 0, target })
  yield tarHeaderOf(entry)
  baselines.runner.entries.set(path, signatureOf(stats, { settled: true }))
  baselines.pod.entries.set(path, contentSignature(entry, undefined))
  tally.file()
}

async function* fileOf(path: BytePath, { root, baselines, tally, warn }: TarSource): AsyncGenerator<Buffer> {
  const descriptor = openForReading(path, { root, warn })
  if (descriptor === undefined) return
  try {
    const { stats, isSettled } = await settledStatsOf(descriptor)
    const size = stats.size
    const entry = entryOf(path, stats, { kind: 'file', size, target: '' })
    yield tarHeaderOf(entry)
    const hash = createHash('sha256')
    for (const chunk of chunksOf(descriptor, size)) {
      hash.update(chunk)
      yield chunk
    }
    yield paddingOf(size)
    const isSteady = isSameContent(stats, fstatSync(descriptor))
    if (!isSteady) warn(`${readableOf(path)} changed while it was copied; the copy may be incomplete.`)
    baselines.runner.entries.set(path, signatureOf(stats, { settled: isSettled && isSteady }))
    baselines.pod.entries.set(path, contentSignature(entry, hash.digest()))
    tally.file()
    tally.bytes(size)
  } finally {
    closeSync(descriptor)
  }
}

/** Exactly as many bytes as the header promises: a file that got shorter is filled up with zeros. */
function* chunksOf(descriptor: number, size: number): Generator<Buffer> {
  for (let missing = size; missing > 0;) {
    const chunk = Buffer.alloc(Math.min(missing, chunkBytes))
    const count = readSync(descriptor, chunk, 0, chunk.length, null)
    yield count === 0 ? chunk : chunk.subarray(0, count)
    missing -= count === 0 ? chunk.length : count
  }
}

const entryOf = (path: BytePath, stats: Stats, rest: Pick<TreeEntry, 'kind' | 'size' | 'target'>): TreeEntry => ({
  path,
  mode: podRules.modeOf(path, rest.kind, modeOf(stats)),
  mtime: mtimeOf(stats),
  ...rest
})
