import type { VolumeMode } from '../harness/arc-role.ts'
import type { Comparison, Goal, Spread } from './compare.ts'

export interface BenchmarkRun {
  readonly date: string
  /** "2 cores, 24 GiB, Linux 6.1" */
  readonly machine: string
  readonly kubernetes: string
  /** Which program executed the builds, and why. */
  readonly builder: string
  readonly modes: readonly { readonly mode: VolumeMode; readonly comparisons: readonly Comparison[] }[]
}

const introduction = `# Benchmarks

Made by \`npm run bench\`, not by hand. Each hook is measured in turns with a physical limit, in one run, inside a runner pod with ARC's role:
what counts is the ratio of the two medians, not the milliseconds, which belong to the machine. Requests are counted by the API server's audit log.
Copies go from memory to memory (\`emptyDir\` with \`medium: Memory\` at both ends): on this machine's disk a new file costs between 0.05 and 0.5 ms,
depending on what was deleted before, for whoever writes it. The last column says how many times the same limit the official hooks took (0.8.1 in copy mode, 0.7.0 in shared mode), measured once in the same way.
`

/** docs/benchmarks.md. Pure. */
export function renderBenchmarks({ date, machine, kubernetes, builder, modes }: BenchmarkRun): string {
  const sections = modes.map(
    ({ mode, comparisons }) => `## ${titles[mode]}\n\n${renderTable(comparisons, mode === 'copy' ? 0 : 1)}`
  )
  return [
    introduction,
    `${date}; ${machine}; Kubernetes ${kubernetes}, one node. Builder: ${builder}.\n`,
    ...sections
  ].join('\n')
}

const titles: Readonly<Record<VolumeMode, string>> = {
  shared: 'Shared mode (a work volume, Jobs allowed)',
  copy: 'Copy mode (no volume, no Jobs)'
}

const head = ['hook', 'limit', 'limit ms', 'hook ms', 'ratio', 'goal', 'met', 'API requests', 'peak MiB', 'official']

function renderTable(comparisons: readonly Comparison[], official: 0 | 1): string {
  const rows = comparisons.map(({ pair, limit, hook, ratio, requests, peakMemoryMiB, isMet }) => [
    pair.title,
    pair.limitTitle,
    renderSpread(limit),
    renderSpread(hook),
    `**${ratio.toFixed(ratio < 10 ? 2 : 0)} ×**`,
    pair.goal === undefined ? '' : renderGoal(pair.goal),
    isMet === undefined ? '' : isMet ? 'yes' : 'no',
    pair.part === 'start' ? '' : String(requests),
    pair.part === 'start' ? '' : (peakMemoryMiB?.toFixed(0) ?? ''),
    pair.official?.[official] ?? ''
  ])
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |\n`).join('')
}

function renderSpread({ median, min, max, count }: Spread): string {
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)}, ${count})`
}

function renderGoal(goal: Goal): string {
  if (goal.kind === 'times') return `≤ ${goal.factor} ×`
  return `≤ limit + ${goal.ms / 1000} s${goal.requests === undefined ? '' : `, ≤ ${goal.requests} requests`}`
}
