import { isContextList, isContextObject, type ContextObject, type ContextValue } from '../expressions/context-value.ts'
import type { ExpressionScope } from '../expressions/expression-scope.ts'
import { resolveValue, textOf } from '../expressions/resolve-template.ts'
import type { ContainerArgs, Registry } from '../hook/hook-args.ts'
import { splitArguments } from '../hook/encode-arguments.ts'
import { jobContainerMounts, jobContainerPaths, parseUserMount } from '../hook/mounts.ts'
import { createPathMap } from '../hook/path-map.ts'
import type { Mapping, Template } from '../workflow/template.ts'
import type { JobContainer, ServiceContainer } from './job-container.ts'
import type { Layout } from './layout.ts'
import { proxyEnvironment } from './proxy-environment.ts'
import { parseRegistry, type RegistryOwner } from './parse-registry.ts'

export interface ContainerContext {
  readonly scope: ExpressionScope
  readonly layout: Layout
  readonly env: Readonly<Record<string, string>>
  readonly owner: RegistryOwner
}

/** The job container as it goes to prepare_job (1.3); undefined without one, or when its image is empty. */
export function resolveJobContainer(
  template: Template | undefined,
  context: ContainerContext
): JobContainer | undefined {
  const container = template === undefined ? undefined : describe(template, context)
  if (container === undefined) return undefined
  const { layout } = context
  const paths = createPathMap(jobContainerPaths(layout))
  const environment = container.environmentVariables.filter(([name]) => name !== 'HOME')
  return {
    paths,
    args: {
      ...container,
      // The hook keeps the container alive itself.
      entryPointArgs: [],
      entryPoint: null,
      workingDirectory: paths.toContainer(layout.workspace),
      environmentVariables: [...environment, ['HOME', paths.toContainer(layout.home)]],
      systemMountVolumes: jobContainerMounts(layout)
    }
  }
}

/** Services in the order of the YAML, without their names (1.3). */
export function resolveServices(services: Mapping, context: ContainerContext): readonly ServiceContainer[] {
  return services.entries.flatMap(({ key, value }) => {
    const args = describe(value, context)
    return args === undefined ? [] : [{ alias: key, args }]
  })
}

function describe(template: Template, context: ContainerContext): ContainerArgs | undefined {
  const value = resolveValue(template, context.scope)
  const container: ContextObject = isContextObject(value) ? value : { image: value }
  const image = text(container['image']).replace(/^docker:\/\//, '')
  if (image === '') return undefined
  return {
    image,
    dockerfile: null,
    entryPointArgs: splitArguments(text(container['command'])),
    entryPoint: nullable(container['entrypoint']),
    workingDirectory: null,
    createOptions: nullable(container['options']),
    registry: registryOf(image, container['credentials'], context),
    environmentVariables: withProxies(container['env'], context),
    portMappings: list(container['ports'], 'ports'),
    systemMountVolumes: [],
    userMountVolumes: list(container['volumes'], 'volumes').map(parseUserMount)
  }
}

function registryOf(image: string, value: ContextValue | undefined, context: ContainerContext): Registry | null {
  const credentials: ContextObject = value !== undefined && isContextObject(value) ? value : {}
  return parseRegistry(image, text(credentials['username']), text(credentials['password']), context.owner)
}

/** `container.env` first; the runner's proxies only where it has not set them. */
function withProxies(env: ContextValue | undefined, context: ContainerContext): readonly (readonly [string, string])[] {
  const own: ContextObject = env !== undefined && isContextObject(env) ? env : {}
  const variables = new Map(Object.entries(own).map(([name, value]) => [name, textOf(value)] as const))
  for (const [name, value] of proxyEnvironment(context.env)) {
    if (!variables.has(name)) variables.set(name, value)
  }
  return [...variables]
}

function list(value: ContextValue | undefined, place: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (isContextList(value)) return value.map(textOf)
  throw new Error(`${place} of a container must be a list.`)
}

function text(value: ContextValue | undefined): string {
  return value === undefined ? '' : textOf(value)
}

function nullable(value: ContextValue | undefined): string | null {
  return value === undefined || value === null ? null : textOf(value)
}
