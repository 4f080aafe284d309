export interface HookErrorOptions {
  /** What the reader can do about it. */
  readonly hint?: string
  readonly cause?: unknown
  /** Exit code of the hook; the runner shows it. 1 when absent. */
  readonly exitCode?: number
}

/**
 * A failure that a user or an operator can act on. Our own mistakes stay plain errors.
 * `code` is stable and is a heading in docs/troubleshooting.md.
 */
export class HookError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly exitCode: number

  constructor(code: string, message: string, { hint, cause, exitCode = 1 }: HookErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'HookError'
    this.code = code
    this.hint = hint
    this.exitCode = exitCode
  }
}
