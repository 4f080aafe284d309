import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import { HookError } from '@k8s-hooks/hooklib'

/** The operator's pod template: a pod spec for all pods, and containers whose names begin with `$` that style ours. */
export interface HookTemplate {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Without the `$…` containers; what is left in `containers` are sidecars of the job pod. */
  readonly spec: Partial<V1PodSpec>
  readonly styles: Readonly<Record<string, Partial<V1Container>>>
}

export const emptyTemplate: HookTemplate = { labels: {}, annotations: {}, spec: {}, styles: {} }

/**
 * Reads a hook template.
 * @throws HookError `TEMPLATE_INVALID` with file and field
 */
export async function readHookTemplate(
  path: string | undefined,
  readText: (path: string) => Promise<string>
): Promise<HookTemplate> {
  if (path === undefined) return emptyTemplate
  const root = fields(await parseYaml(path, readText), path, 'the template')
  const metadata = fields(root['metadata'] ?? {}, path, 'metadata')
  const { containers: listed = [], ...spec } = fields(root['spec'] ?? {}, path, 'spec')
  if (!Array.isArray(listed)) throw invalid(path, 'spec.containers must be a list')
  const containers = listed.map((item: unknown, index) => {
    const container = fields(item, path, `spec.containers[${index}]`)
    if (typeof container['name'] !== 'string') throw invalid(path, `spec.containers[${index}].name must be a text`)
    return container as Partial<V1Container> & { readonly name: string }
  })
  const sidecars = containers.filter(({ name }) => !name.startsWith('$'))
  return {
    labels: texts(metadata['labels'] ?? {}, path, 'metadata.labels'),
    annotations: texts(metadata['annotations'] ?? {}, path, 'metadata.annotations'),
    spec: { ...spec, ...(sidecars.length === 0 ? {} : { containers: sidecars }) } as Partial<V1PodSpec>,
    styles: Object.fromEntries(
      containers.filter(({ name }) => name.startsWith('$')).map(({ name, ...style }) => [name, style])
    )
  }
}

async function parseYaml(path: string, readText: (path: string) => Promise<string>): Promise<unknown> {
  try {
    const [text, { parse }] = await Promise.all([readText(path), import('yaml')])
    return parse(text) as unknown
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function fields(value: unknown, path: string, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, `${field} must be an object`)
  return value as Record<string, unknown>
}

function texts(value: unknown, path: string, field: string): Record<string, string> {
  const entries = Object.entries(fields(value, path, field))
  for (const [key, text] of entries) if (typeof text !== 'string') throw invalid(path, `${field}.${key} must be a text`)
  return Object.fromEntries(entries) as Record<string, string>
}

function invalid(path: string, problem: string, cause?: unknown): HookError {
  return new HookError('TEMPLATE_INVALID', `The hook template ${path} is wrong: ${problem}.`, {
    hint: 'ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE names the file; docs/configuration.md shows its form.',
    cause
  })
}
