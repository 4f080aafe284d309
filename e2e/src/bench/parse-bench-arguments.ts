import { benchParts, type BenchPart } from './plan.ts'

export interface BenchArguments {
  /** One round of small trees, to see whether the benchmark itself works. */
  readonly isSmall: boolean
  readonly parts: readonly BenchPart[]
  /** docs/benchmarks.md is written by a full run of all parts alone. */
  readonly isForDocument: boolean
}

/** @throws Error with a sentence for the user */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  let isSmall = false
  let parts: readonly BenchPart[] = benchParts
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--small') isSmall = true
    else if (args[i] === '--only') parts = parseParts(args[++i] ?? '')
    else throw new Error(`"${args[i] ?? ''}" is not understood; there are --small and --only ${benchParts.join(',')}.`)
  }
  return { isSmall, parts, isForDocument: !isSmall && parts.length === benchParts.length }
}

function parseParts(list: string): readonly BenchPart[] {
  const names = list.split(',')
  const unknown = names.filter(name => !benchParts.some(part => part === name))
  if (unknown.length > 0)
    throw new Error(`--only wants parts of the benchmark: ${benchParts.join(', ')}; not "${unknown.join(', ')}".`)
  return benchParts.filter(part => names.includes(part))
}
