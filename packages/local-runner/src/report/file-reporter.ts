import { appendFileSync, writeFileSync } from 'node:fs'
import type { JobResult } from '../job/run-job.ts'
import type { HookRecord, Reporter, StepRecord } from './reporter.ts'

export interface FileReporter extends Reporter {
  /** Writes the report; `job` is undefined when the run was ended before the job was. */
  readonly write: (job: JobResult | undefined, durationMs: number) => void
}

/** Keeps the records for `--report` and appends the inputs to `--hooks-log` as they are sent. */
export function createFileReporter(reportFile: string | undefined, hooksLogFile: string | undefined): FileReporter {
  const steps: StepRecord[] = []
  const hooks: HookRecord[] = []
  if (hooksLogFile !== undefined) writeFileSync(hooksLogFile, '')
  return {
    step: record => void steps.push(record),
    hook: record => void hooks.push(record),
    hookInput: line => {
      if (hooksLogFile !== undefined) appendFileSync(hooksLogFile, `${line}\n`)
    },
    write: (job, durationMs) => {
      if (reportFile === undefined) return
      const { result = 'cancelled', ...rest } = job ?? {}
      const report = { result, steps, job: { ...rest, durationMs }, hooks }
      writeFileSync(reportFile, `${JSON.stringify(report, undefined, 2)}\n`)
    }
  }
}
