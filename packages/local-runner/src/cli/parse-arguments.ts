import { parseArgs } from 'node:util'

export interface RunOptions {
  readonly workflow: string
  readonly jobId: string | undefined
  readonly hook: string
  readonly repositoryDirectory: string
  readonly runnerRoot: string
  readonly work: string | undefined
  readonly repository: string
  readonly actionsDirectory: string | undefined
  readonly eventFile: string | undefined
  readonly inputs: ReadonlyMap<string, string>
  readonly variables: ReadonlyMap<string, string>
  readonly secretsFile: string | undefined
  readonly reportFile: string | undefined
  readonly logFile: string | undefined
  readonly hooksLogFile: string | undefined
  readonly folded: boolean
  readonly minuteMs: number
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const { values, positionals } = parse(args)
  const [command, workflow, ...more] = positionals
  if (command !== 'run' || workflow === undefined || more.length > 0) {
    throw new UsageError("Expected 'run' and one workflow file.")
  }
  const required = (name: 'hook' | 'repository-dir'): string => {
    const value = values[name]
    if (value === undefined) throw new UsageError(`--${name} is missing.`)
    return value
  }
  return {
    workflow,
    jobId: values.job,
    hook: required('hook'),
    repositoryDirectory: required('repository-dir'),
    runnerRoot: values['runner-root'],
    work: values.work,
    repository: parseRepository(values.repository),
    actionsDirectory: values['actions-dir'],
    eventFile: values.event,
    inputs: parsePairs('--input', values.input),
    variables: parsePairs('--var', values.var),
    secretsFile: values['secrets-file'],
    reportFile: values.report,
    logFile: values.log,
    hooksLogFile: values['hooks-log'],
    folded: parseOutput(values.output),
    minuteMs: parseMinute(values['minute-ms'])
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseValues> {
  try {
    return parseValues(args)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

// The type of the values follows from the table; writing it out would double the table.
function parseValues(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      job: { type: 'string' },
      hook: { type: 'string' },
      'repository-dir': { type: 'string' },
      'runner-root': { type: 'string', default: '/home/runner' },
      work: { type: 'string' },
      repository: { type: 'string', default: 'octo/demo' },
      'actions-dir': { type: 'string' },
      event: { type: 'string' },
      input: { type: 'string', multiple: true, default: [] },
      var: { type: 'string', multiple: true, default: [] },
      'secrets-file': { type: 'string' },
      report: { type: 'string' },
      log: { type: 'string' },
      'hooks-log': { type: 'string' },
      output: { type: 'string', default: 'log' },
      'minute-ms': { type: 'string', default: '60000' }
    }
  })
}

function parsePairs(option: string, pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map(pair => {
      const equals = pair.indexOf('=')
      if (equals <= 0) throw new UsageError(`${option} ${pair}: expected name=value.`)
      return [pair.slice(0, equals), pair.slice(equals + 1)] as const
    })
  )
}

function parseRepository(repository: string): string {
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) throw new UsageError(`--repository ${repository}: expected owner/name.`)
  return repository
}

function parseOutput(output: string): boolean {
  if (output !== 'log' && output !== 'folded') throw new UsageError(`--output ${output}: expected log or folded.`)
  return output === 'folded'
}

function parseMinute(text: string): number {
  const minuteMs = Number(text)
  if (!(minuteMs > 0)) throw new UsageError(`--minute-ms ${text}: expected a positive number.`)
  return minuteMs
}
