import type { Masker } from './masker.ts'
import type { LogSink } from './log-sink.ts'

export type AnnotationLevel = 'error' | 'warning' | 'notice'

export interface Annotation {
  readonly level: AnnotationLevel
  readonly message: string
  /** `file`, `line`, `col`, `title`, …, as the command gave them. */
  readonly properties: Readonly<Record<string, string>>
}

export interface LogSettings {
  readonly sink: LogSink
  readonly masker: Masker
  /** Step debug logging is on (`ACTIONS_STEP_DEBUG`). */
  readonly debug: boolean
}

/** What one step writes; everything is masked here, and nowhere else. */
export class StepLog {
  readonly #settings: LogSettings
  readonly #annotations: Annotation[] = []

  constructor(settings: LogSettings) {
    this.#settings = settings
  }

  get annotations(): readonly Annotation[] {
    return this.#annotations
  }

  output(text: string): void {
    const { sink, masker } = this.#settings
    for (const line of text.split('\n')) sink.line(masker.mask(line))
  }

  error(message: string): void {
    this.issue('error', message)
  }

  warning(message: string): void {
    this.issue('warning', message)
  }

  debug(message: string): void {
    if (this.#settings.debug) this.output(`##[debug]${message}`)
  }

  /** What the real runner writes to its own diagnostic log, where nobody looks first. */
  diagnostic(message: string): void {
    this.output(`local-runner: ${message}`)
  }

  issue(level: AnnotationLevel, message: string, properties: Readonly<Record<string, string>> = {}): void {
    const { masker } = this.#settings
    this.#annotations.push({ level, message: masker.mask(message), properties })
    this.output(`##[${level}]${message}`)
  }

  drained(): Promise<void> {
    return this.#settings.sink.drained()
  }
}
