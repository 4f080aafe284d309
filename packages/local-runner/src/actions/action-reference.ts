export interface DockerReference {
  readonly kind: 'docker'
  /** Without `docker://`. */
  readonly image: string
}

export interface LocalReference {
  readonly kind: 'local'
  /** As written: `./.github/actions/hello`. */
  readonly path: string
}

export interface RemoteReference {
  readonly kind: 'remote'
  /** `owner/repo` */
  readonly repository: string
  /** Inside the repository; empty for its root. */
  readonly path: string
  readonly ref: string
}

export type ActionReference = DockerReference | LocalReference | RemoteReference

/** What `$/path` stands for: the workflow's own repository at its commit (1.4). */
export interface SelfRepository {
  readonly repository: string
  readonly sha: string
}

/** @throws Error when `uses:` has none of the known forms */
export function parseActionReference(uses: string, self: SelfRepository): ActionReference {
  if (uses.startsWith('docker://')) return { kind: 'docker', image: uses.slice('docker://'.length) }
  if (uses.startsWith('./') || uses.startsWith('.\\')) return { kind: 'local', path: uses.replaceAll('\\', '/') }
  if (uses.startsWith('$/')) {
    return { kind: 'remote', repository: self.repository, path: uses.slice(2), ref: self.sha }
  }
  const [, owner, repository, path = '', ref] = /^([^/@]+)\/([^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses) ?? []
  if (owner === undefined || repository === undefined || ref === undefined) {
    throw new Error(`'${uses}' is no action: expected owner/repo[/path]@ref, ./path, or docker://image.`)
  }
  return { kind: 'remote', repository: `${owner}/${repository}`, path, ref }
}

/** As the log names the action. */
export function describeReference(reference: ActionReference): string {
  switch (reference.kind) {
    case 'docker':
      return `docker://${reference.image}`
    case 'local':
      return reference.path
    case 'remote': {
      const path = reference.path === '' ? '' : `/${reference.path}`
      return `${reference.repository}${path}@${reference.ref}`
    }
  }
}
