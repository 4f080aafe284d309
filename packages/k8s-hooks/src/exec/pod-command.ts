/** A command as a container runs it: argv, environment and folder, nothing evaluated by a shell. */
export interface PodCommand {
  /** Unique in the container; a second start of the same id attaches to the first. */
  readonly id: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Put before the container's own PATH, first entry first. */
  readonly prependPath: readonly string[]
  readonly workingDirectory: string
}
