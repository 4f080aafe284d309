const exponents: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 }

/** Bytes of "512m", "1.5g", "64KiB" or "1024" as Docker reads them: powers of 1024; undefined when it is none, or not above 0. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text.trim())
  if (match === null) return undefined
  const bytes = Math.floor(Number(match[1]) * 1024 ** (exponents[match[2]?.toLowerCase() ?? ''] ?? 0))
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined
}
