export interface RandomStringOptions {
  readonly seed: number
  readonly count: number
  readonly alphabet: readonly string[]
}

/** The same strings of up to seven characters for the same seed (a linear congruential generator, Numerical Recipes). */
export function randomStrings({ seed, count, alphabet }: RandomStringOptions): string[] {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: below(8) }, () => alphabet[below(alphabet.length)] ?? '').join('')
  )
}
