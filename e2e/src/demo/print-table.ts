import type { Stage, WorkflowRun } from '../harness/run-workflow.ts'

/** Column titles, and the stages of the timings file that each adds up. */
const columns: readonly (readonly [string, readonly string[]])[] = [
  ['pack', ['pack']],
  ['pod', ['start build', 'job pod', 'stage']],
  ['stream', ['stream', 'bring agent', 'copy in']],
  ['build', ['build']],
  ['push', ['push']],
  ['pull+start', ['start']],
  ['run', ['run', 'script']],
  ['collect', ['collect', 'copy out']],
  ['delete', ['delete', 'remove pods']],
  ['total', ['total']]
]
const nameWidth = 40
const columnWidth = 11

/** Where the time went: one row for each hook call, in seconds. */
export function printTable({ report, stages }: WorkflowRun): void {
  const calls = [...new Set(stages.map(({ process }) => process))].map(id =>
    stages.filter(({ process }) => process === id)
  )
  console.log(`\n${'seconds'.padEnd(nameWidth)}${columns.map(([title]) => title.padStart(columnWidth)).join('')}`)
  calls.forEach((call, index) => {
    const hook = report.hooks[index]
    const title = `${call[0]?.command ?? ''}: ${hook?.step ?? ''}`.slice(0, nameWidth - 1)
    console.log(title.padEnd(nameWidth) + columns.map(([, names]) => cell(call, names)).join(''))
  })
}

function cell(call: readonly Stage[], names: readonly string[]): string {
  const times = call.filter(({ stage }) => names.includes(stage)).map(({ durationMs }) => durationMs)
  const text = times.length === 0 ? '·' : (times.reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(2)
  return text.padStart(columnWidth)
}
