/**
 * What the two ends of a sync say to each other, over the stdin and stdout of one process in the pod.
 *
 * Each direction begins with the preamble "k8s-hooks-sync" and one version byte. Then come frames:
 * length of the payload (4 bytes, big endian), type (1 byte), payload. Payloads are JSON with paths as `BytePath` unless noted.
 *
 *     runner                       pod
 *     hello  ────────────────────▶        which baseline, which part of the tree
 *            ◀──────────────────── welcome  whether the pod holds that baseline
 *
 *     push:  changes, end ───────▶        applied, pod's baseline written
 *            ◀──────────────────── result   its totals; then the runner's baseline is written
 *
 *     pull:  ◀──────────────────── changes, end
 *     commit ────────────────────▶        after the runner's baseline was written
 *            ◀──────────────────── result   after the pod's was
 *
 *     mark   ────────────────────▶        makes an empty file of that path, which is text
 *            ◀──────────────────── result
 *
 * Changes are `remove` frames (a path each, children first), then `entry` frames (parents first). The entry of a file is followed by
 * `data` (raw bytes) and `hole` (a number of zero bytes) frames and `fileEnd` (its sha256, raw), or by `discard` when it could not be read whole.
 * A small file is one frame `file`: length of its entry (4 bytes, big endian), entry, sha256 of the content (32 raw bytes), content.
 * `end` carries the sender's totals; a stream without it was cut. The pod begins with a
 * `heartbeat`. At any time either end may send another, by which the other knows that it is there, and the pod `warning` and, as its last word, `failure`. Both ends write their baseline only for what has arrived, so a cut sync can be repeated as it is.
 */
export const preamble = Buffer.from('k8s-hooks-sync\x01', 'latin1')

export const frameTypes = [
  'hello',
  'welcome',
  'remove',
  'entry',
  'file',
  'data',
  'hole',
  'fileEnd',
  'discard',
  'end',
  'commit',
  'result',
  'heartbeat',
  'warning',
  'failure',
  'mark'
] as const

export type FrameType = (typeof frameTypes)[number]

export interface Frame {
  readonly type: FrameType
  readonly payload: Buffer
}

export const frameHeaderBytes = 5

/** Longest payload that is accepted; a longer one means that something else wrote into the stream. */
export const maxPayloadBytes = 1 << 20

/** Length of the payload of a `data` frame, at most. */
export const chunkBytes = 128 * 1024

export function writeFrameHeader(target: Buffer, type: FrameType, payloadBytes: number): void {
  target.writeUInt32BE(payloadBytes, 0)
  target[4] = frameTypes.indexOf(type)
}
