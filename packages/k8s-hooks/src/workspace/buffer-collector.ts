import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Hears of every byte that is passed on. */
export type BufferCollector = (byteCount: number) => void

const everyBytes = 4 * 1024 * 1024

/**
 * Keeps the memory of a process that passes gigabytes on below 100 MiB: left to itself, V8 lets its young generation grow to 48 MiB and looks
 * after buffers outside its heap only when 64 MiB of them have piled up. A collection of a young generation that stays small takes well under
 * a millisecond for each megabyte. The hook runs beside the runner, and the agent within the memory limit of the job's container.
 */
export function createBufferCollector(): BufferCollector {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void
  let passedBytes = 0
  return byteCount => {
    passedBytes += byteCount
    if (passedBytes < everyBytes) return
    passedBytes = 0
    collect({ type: 'minor' })
  }
}
