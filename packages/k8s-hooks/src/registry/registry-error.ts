/** A registry that did not answer, or not as asked. Shows host and path, never a query or a token. */
export class RegistryError extends Error {
  readonly kind: RegistryErrorKind
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined
  readonly retryable: boolean

  constructor(kind: RegistryErrorKind, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'RegistryError'
    this.kind = kind
    this.status = options.status
    this.retryable = kind === 'network' || (options.status !== undefined && isRetryable(options.status))
  }
}

export type RegistryErrorKind = 'network' | 'authentication' | 'status'

export function isRetryable(status: number): boolean {
  return status === 429 || status >= 500
}
