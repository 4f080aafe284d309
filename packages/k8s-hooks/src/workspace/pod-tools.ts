/** What moves files at the pod's end. Plain JSON: it is kept in the job's state. */
export type PodTools =
  /** Our own program, run by a Node that was brought or is there; `command` starts the agent. Which of the runner's Node versions are mounted (probe-pod.ts). */
  | { readonly kind: 'agent'; readonly command: readonly string[]; readonly mountedVersions: readonly string[] }
  /** Node does not run in the image: whole trees by the image's own `tar`. */
  | { readonly kind: 'tar' }

export interface AgentPlace {
  /** Absolute paths in the pod. */
  readonly node: string
  readonly agent: string
  /** Names this copy of the agent: another pod of the same name has another one. */
  readonly instance: string
  readonly mountedVersions: readonly string[]
}

/** The job's own NODE_OPTIONS must not reach the agent: they may load files that are not there, or print. */
export const agentTools = ({ node, agent, instance, mountedVersions }: AgentPlace): PodTools => ({
  kind: 'agent',
  command: ['sh', '-c', 'unset NODE_OPTIONS; exec "$0" "$@"', node, agent, instance],
  mountedVersions
})
