/** What the hook says. The runner reads it line by line; one `info` line per step that a user recognises. */
export interface Logger {
  readonly debug: (line: string) => void
  readonly info: (line: string) => void
  readonly notice: (line: string) => void
  readonly warning: (line: string) => void
  readonly error: (line: string) => void
  /** A folded group around what `work` says. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>
  /** Masks a value in everything the runner shows from now on. */
  readonly addSecret: (value: string) => void
}
