import type { Writable } from 'node:stream'
import { createPlainSink } from './plain-sink.ts'
import type { LogSink } from './log-sink.ts'

const groupStart = /^##\[group\](.*)$/
const groupEnd = '##[endgroup]'

interface Group {
  readonly title: string
  readonly lines: string[]
}

/** Head that the runner prints around each hook: the same every time, so it is not shown. */
const isHookHead = ({ title }: Group): boolean => /^Run '.*'$/.test(title)

/**
 * Shows a group as one line with the number of its lines, as GitHub's page does. A failing step unfolds the groups
 * that its hook or program opened; not the runner's own heads, which say what was asked for and not what went wrong.
 */
export function createFoldedSink(stream: Writable): LogSink {
  const plain = createPlainSink(stream)
  let groups: Group[] = []
  let open: Group | undefined
  const close = (): void => {
    if (open !== undefined && !isHookHead(open)) plain.line(`  ▸ ${open.title} (${countOf(open)})`)
    open = undefined
  }
  return {
    ...plain,
    stepStarted: name => {
      groups = []
      plain.stepStarted(name)
    },
    line: line => {
      const [, title] = groupStart.exec(line) ?? []
      if (title !== undefined) {
        close()
        open = { title, lines: [] }
        groups.push(open)
      } else if (line === groupEnd) close()
      else if (open !== undefined) open.lines.push(line)
      else plain.line(`  ${line}`)
    },
    stepEnded: (name, conclusion, durationMs) => {
      close()
      if (conclusion === 'failure') {
        for (const group of ownGroups(groups)) showGroup(plain, group)
      }
      groups = []
      plain.stepEnded(name, conclusion, durationMs)
    }
  }
}

function ownGroups(groups: readonly Group[]): readonly Group[] {
  return groups.slice(groups.findIndex(isHookHead) + 1)
}

function showGroup(plain: LogSink, { title, lines }: Group): void {
  for (const line of [`▾ ${title}`, ...lines]) plain.line(`  ${line}`)
}

function countOf({ lines }: Group): string {
  return lines.length === 1 ? '1 line' : `${lines.length} lines`
}
