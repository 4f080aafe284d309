/** Copy mode: how the files of a container step get into its pod and back. */
export interface StepWorkspace {
  /** Sends the workspace into the container `stage`. */
  readonly push: (signal: AbortSignal) => Promise<void>
  /** Fetches what changed from the container `collect`. */
  readonly pull: (signal: AbortSignal) => Promise<void>
}
