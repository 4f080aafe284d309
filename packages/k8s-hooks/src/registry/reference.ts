import { HookError } from '@k8s-hooks/hooklib'

/** The parts of an image name. */
export interface ImageReference {
  /** "host" or "host:port"; "docker.io" when the name has none. */
  readonly registry: string
  readonly repository: string
  readonly tag?: string
  readonly digest?: string
}

// Grammar: https://github.com/distribution/reference/blob/main/reference.go
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`)
const registryPattern = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^sha256:[0-9a-f]{64}$/

/** Reads "registry/repository:tag@digest" with Docker's defaults. Throws HookError IMAGE_NAME_INVALID. */
export function parseReference(text: string): ImageReference {
  const [name, digest] = cutAt(text, text.indexOf('@'))
  const colon = name.lastIndexOf(':')
  const [path, tag] = cutAt(name, colon > name.lastIndexOf('/') ? colon : -1)
  const reference = {
    ...splitRegistry(path),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest })
  }
  if (!isWellFormed(reference)) throw new HookError('IMAGE_NAME_INVALID', `"${text}" is not the name of an image.`)
  return reference
}

export function printReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

export function isDigest(text: string): boolean {
  return digestPattern.test(text)
}

function cutAt(text: string, position: number): readonly [string, string | undefined] {
  return position < 0 ? [text, undefined] : [text.slice(0, position), text.slice(position + 1)]
}

/** The first component is a host when it could not be a part of a repository: it has a dot or a port, or is localhost. */
function splitRegistry(path: string): Pick<ImageReference, 'registry' | 'repository'> {
  const slash = path.indexOf('/')
  const first = path.slice(0, slash)
  if (slash > 0 && (/[.:[]/.test(first) || first === 'localhost'))
    return { registry: first, repository: path.slice(slash + 1) }
  return { registry: 'docker.io', repository: path.includes('/') ? path : `library/${path}` }
}

function isWellFormed({ registry, repository, tag = 'none', digest }: ImageReference): boolean {
  const isNamed = registryPattern.test(registry) && repositoryPattern.test(repository)
  return isNamed && tagPattern.test(tag) && (digest === undefined || isDigest(digest))
}
