/** Copy mode: how the files of a container step get into its pod and back, through the container `transfer`. */
export interface StepWorkspace {
  /** Whether it takes files already; to be asked once a node has been found for the pod. */
  readonly isReachable: (signal: AbortSignal) => Promise<boolean>
  /** Sends the workspace into it. */
  readonly push: (signal: AbortSignal) => Promise<void>
  /** Lets the action start. */
  readonly release: (signal: AbortSignal) => Promise<void>
  /** Fetches what changed. */
  readonly pull: (signal: AbortSignal) => Promise<void>
  /** Ends what was started in the pod to move files. An action that was not released never starts. */
  readonly close: () => Promise<void>
}
