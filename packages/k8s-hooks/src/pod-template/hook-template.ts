import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'
import { reasonOf } from '../support/reason-of.ts'
import { misplacedPodField } from './divide-style.ts'

/** The operator's pod template: a pod spec for all pods, and containers whose names begin with `$` that style ours. */
export interface HookTemplate {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Without the `$…` containers; what is left in `containers` are sidecars of the job pod. */
  readonly spec: Partial<V1PodSpec>
  readonly styles: Readonly<Record<string, Partial<V1Container>>>
}

export const emptyTemplate: HookTemplate = { labels: {}, annotations: {}, spec: {}, styles: {} }

/** Lists of objects in a pod spec and in a container. A list of another form would come back as an error of the API server without the file's name. */
const podLists = ['initContainers', 'volumes', 'imagePullSecrets', 'tolerations', 'hostAliases']
const containerLists = ['env', 'envFrom', 'volumeMounts', 'ports']
/** Lists of a pod that a `$…` section may have (divide-style.ts). */
const styleLists = podLists.filter(list => list !== 'initContainers')
const containerObjects = ['resources', 'securityContext', 'lifecycle']
/** What an entry of a list must name, as a text. */
const namedBy: Readonly<Record<string, readonly string[]>> = {
  env: ['name'],
  volumeMounts: ['name', 'mountPath'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip']
}

/**
 * Reads a hook template. Fields without a value are as good as absent; what is not checked here is checked by the API server.
 * @throws HookError `TEMPLATE_INVALID` with file and field
 */
export async function readHookTemplate(
  path: string | undefined,
  readText: (path: string) => Promise<string>
): Promise<HookTemplate> {
  if (path === undefined) return emptyTemplate
  const document = await parseYaml(path, readText)
  try {
    return toTemplate(document)
  } catch (error) {
    if (error instanceof FieldError) throw invalid(path, error.message)
    throw error
  }
}

function toTemplate(document: unknown): HookTemplate {
  const root = toFields(document, 'the template')
  const metadata = toFields(root['metadata'] ?? {}, 'metadata')
  const { containers: listed, ...spec } = toFields(root['spec'] ?? {}, 'spec')
  for (const list of podLists) toEntries(spec[list], list, `spec.${list}`)
  if (spec['securityContext'] !== undefined) toFields(spec['securityContext'], 'spec.securityContext')
  toContainers(spec['initContainers'], 'spec.initContainers')
  const containers = toContainers(listed, 'spec.containers')
  const sidecars = containers.filter(({ name }) => !name.startsWith('$'))
  const styles = containers
    .filter(({ name }) => name.startsWith('$'))
    .map(({ name, ...style }) => [name, style] as const)
  return {
    labels: toTexts(metadata['labels'] ?? {}, 'metadata.labels'),
    annotations: toTexts(metadata['annotations'] ?? {}, 'metadata.annotations'),
    spec: { ...spec, ...(sidecars.length === 0 ? {} : { containers: sidecars }) },
    styles: Object.fromEntries(styles)
  }
}

function toContainers(value: unknown, field: string): readonly (Partial<V1Container> & { readonly name: string })[] {
  const names = new Set<string>()
  return toObjects(value, field).map((container, index) => {
    const { name } = container
    if (typeof name !== 'string' || name === '') throw new FieldError(`${field}[${index}].name must be a text`)
    if (names.has(name)) throw new FieldError(`${field}[${index}].name: there is another container ${name}`)
    names.add(name)
    const misplaced = misplacedPodField(name, container)
    if (misplaced !== undefined)
      throw new FieldError(`${field}[${index}].${misplaced} is a field of a pod, and ${name} has none of its own`)
    for (const list of [...containerLists, ...styleLists])
      toEntries(container[list], list, `${field}[${index}].${list}`)
    for (const object of containerObjects)
      if (container[object] !== undefined) toFields(container[object], `${field}[${index}].${object}`)
    return { ...container, name }
  })
}

/** YAML reads `value: 8080` and `value: yes` as no texts; the API server would refuse them without the file's name. */
function toEntries(value: unknown, list: string, field: string): void {
  for (const [index, entry] of toObjects(value, field).entries()) {
    const texts = [...(namedBy[list] ?? []), ...(list === 'env' && entry['value'] !== undefined ? ['value'] : [])]
    for (const name of texts) {
      if (typeof entry[name] !== 'string') throw new FieldError(`${field}[${index}].${name} must be a text`)
    }
  }
}

function toObjects(value: unknown, field: string): readonly Readonly<Record<string, unknown>>[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError(`${field} must be a list`)
  return value.map((item: unknown, index) => toFields(item, `${field}[${index}]`))
}

function toFields(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FieldError(`${field} must be an object`)
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== null))
}

function toTexts(value: unknown, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(toFields(value, field)).map(([key, text]) => {
      if (typeof text !== 'string') throw new FieldError(`${field}.${key} must be a text`)
      return [key, text] as const
    })
  )
}

async function parseYaml(path: string, readText: (path: string) => Promise<string>): Promise<unknown> {
  try {
    const [text, { parse }] = await Promise.all([readText(path), import('yaml')])
    return parse(text) as unknown
  } catch (cause) {
    throw invalid(path, reasonOf(cause), cause)
  }
}

/** A wrong field, before the file's name is put to it. */
class FieldError extends Error {}

function invalid(path: string, problem: string, cause?: unknown): HookError {
  return new HookError('TEMPLATE_INVALID', `The hook template ${path} is wrong: ${problem}.`, {
    hint: 'ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE names the file; docs/operations.md shows its form.',
    cause
  })
}
