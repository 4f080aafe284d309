/** "12 B", "3.4 kB", "56 MB": for people, not for sums. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`
}

/** "12 ms", "3.4 s", "2 min 05 s": for people, not for sums. */
export function durationInWords(durationMs: number): string {
  if (durationMs < 1000) return `${durationMs.toFixed(0)} ms`
  if (durationMs < 99_950) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
