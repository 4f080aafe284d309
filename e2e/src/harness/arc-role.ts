/** How the runner's work folder is kept: on a claim that all pods of the job mount, or copied to each of them. */
export type VolumeMode = 'shared' | 'copy'

/** A rule of a Role. */
export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** What ARC's chart grants the runner's service account, rule by rule (gha-runner-scale-set 0.14.2); copy mode has no Jobs. */
export function arcRules(mode: VolumeMode): readonly Rule[] {
  const rule = (apiGroup: string, resource: string, verbs: readonly string[]): Rule => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs
  })
  return [
    rule('', 'pods', ['get', 'list', 'create', 'delete']),
    rule('', 'pods/exec', ['get', 'create']),
    rule('', 'pods/log', ['get', 'list', 'watch']),
    ...(mode === 'shared' ? [rule('batch', 'jobs', ['get', 'list', 'create', 'delete'])] : []),
    rule('', 'secrets', ['get', 'list', 'create', 'delete'])
  ]
}
