import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

interface RunOptions {
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Called for each line of stderr as it comes. */
  readonly onErrorLine?: (line: string) => void
}

/**
 * Runs a program to its end and returns its standard output.
 * @throws ProgramFailed when it cannot be started or ends with another code than 0
 */
export type RunProgram = (program: string, args: readonly string[], options?: RunOptions) => Promise<string>

export class ProgramFailed extends Error {
  readonly exitCode: number | undefined
  /** The last lines of stderr. */
  readonly details: string

  constructor(program: string, outcome: string, details: string, exitCode?: number) {
    super(`${program} ${outcome}${details === '' ? '' : `:\n${details}`}`)
    this.name = 'ProgramFailed'
    this.exitCode = exitCode
    this.details = details
  }
}

const keptLines = 25

/** `signal` ends the running program. */
export function createRunProgram(signal: AbortSignal, environment: NodeJS.ProcessEnv): RunProgram {
  return async (program, args, options = {}) =>
    await new Promise<string>((resolve, reject) => {
      const child = spawn(program, args, {
        signal,
        stdio: 'pipe',
        env: { ...environment, ...options.env },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd })
      })
      const output: Buffer[] = []
      const errors: string[] = []
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
      eachLine(child.stderr, line => {
        errors.push(line)
        if (errors.length > keptLines) errors.shift()
        options.onErrorLine?.(line)
      })
      // A program may end without having read its input.
      child.stdin.on('error', () => undefined)
      child.stdin.end(options.input ?? '')
      child.on('error', cause => {
        // An interrupted program is still there for a moment: its end is reported below.
        if (child.pid === undefined) reject(new ProgramFailed(program, `did not run (${cause.message})`, ''))
      })
      child.on('close', (code, killedBy) => {
        if (code === 0) resolve(Buffer.concat(output).toString())
        else {
          const outcome = killedBy === null ? `ended with exit code ${String(code)}` : `was ended by ${killedBy}`
          reject(new ProgramFailed(`${program} ${args[0] ?? ''}`.trim(), outcome, errors.join('\n'), code ?? undefined))
        }
      })
    })
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  })
  stream.on('end', () => {
    if (rest !== '') take(rest)
  })
}
