/** CPUs of "2", "1.5" or ".5", to a thousandth; undefined when it is none, or not above 0. */
export function parseCpus(text: string): number | undefined {
  if (!/^(\d+\.?\d*|\.\d+)$/.test(text.trim())) return undefined
  const cpus = Math.round(Number(text) * 1000) / 1000
  return cpus > 0 && Number.isFinite(cpus) ? cpus : undefined
}
