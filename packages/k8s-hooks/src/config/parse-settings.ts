import { HookError } from '@k8s-hooks/hooklib'
import { createValueReader, type Environment, type ValueReader } from './read-values.ts'
import { defaultBuildahImage, defaultKanikoImage } from './schema.ts'
import type { BuilderSettings, RegistrySettings, Settings } from './settings.ts'

const defaultPrepareJobTimeoutSeconds = 600
const defaultImagePullGraceSeconds = 5
const defaultBuildTimeoutSeconds = 1800
const defaultContextMaxBytes = 2 ** 31

/**
 * The settings in the environment.
 * @throws HookError `CONFIG_INVALID` with every problem at once
 */
export function parseSettings(env: Environment): Settings {
  const read = createValueReader(env)
  const runnerPodName = read.text('runnerPodName')
  if (runnerPodName === undefined) read.problem('runnerPodName', 'must be set to the name of the runner pod.')
  const settings: Settings = {
    runnerPodName: runnerPodName ?? '',
    namespace: read.text('namespace'),
    workClaimName: read.text('workClaimName'),
    runnerImage: read.text('runnerImage'),
    templatePath: read.text('templatePath'),
    prepareJobTimeoutMs: (read.number('prepareJobTimeout') ?? defaultPrepareJobTimeoutSeconds) * 1000,
    imagePullGraceMs: (read.number('imagePullGrace') ?? defaultImagePullGraceSeconds) * 1000,
    sync: (read.text('sync') ?? 'full') as Settings['sync'],
    stateFolder: read.text('stateFolder'),
    timingsFile: read.text('timingsFile'),
    registry: parseRegistry(read),
    builder: parseBuilder(read)
  }
  const problems = read.problems()
  if (problems.length > 0) {
    throw new HookError('CONFIG_INVALID', `The settings of the hook are wrong: ${problems.join(' ')}`, {
      hint: 'Correct the environment of the runner pod; docs/configuration.md has every variable.'
    })
  }
  return settings
}

function parseRegistry(read: ValueReader): RegistrySettings | undefined {
  const host = read.text('registryHost')
  const port = read.number('registryPort')
  const nodePort = read.number('registryNodePort')
  const pullHost = read.text('registryPullHost')
  const insecure = read.boolean('registryInsecure')
  const others = {
    secretName: read.text('registrySecretName'),
    caSecretName: read.text('registryCaSecretName'),
    mirrors: read.list('registryMirrors')
  }
  if (host === undefined) {
    if (port !== undefined || nodePort !== undefined || pullHost !== undefined)
      read.problem('registryHost', 'must be set when another REGISTRY_ variable is.')
    return undefined
  }
  if (nodePort !== undefined && pullHost !== undefined)
    read.problem('registryPullHost', 'and REGISTRY_NODE_PORT exclude each other.')
  const slash = host.indexOf('/')
  const name = slash < 0 ? host : host.slice(0, slash)
  if (port !== undefined && name.includes(':'))
    read.problem('registryPort', 'is given, but REGISTRY_HOST has a port of its own.')
  const pushHost = port === undefined ? name : `${name}:${port}`
  return {
    ...others,
    pushHost,
    pathPrefix: slash < 0 ? '' : host.slice(slash + 1).replace(/\/+$/, ''),
    pullHost: nodePort === undefined ? (pullHost ?? pushHost) : `localhost:${nodePort}`,
    insecure: insecure ?? nodePort !== undefined
  }
}

function parseBuilder(read: ValueReader): BuilderSettings {
  const kind = (read.text('builder') ?? 'kaniko') as BuilderSettings['kind']
  return {
    kind,
    image: read.text('builderImage') ?? (kind === 'buildah' ? defaultBuildahImage : defaultKanikoImage),
    timeoutSeconds: read.number('buildTimeout') ?? defaultBuildTimeoutSeconds,
    contextMaxBytes: read.number('contextMaxBytes') ?? defaultContextMaxBytes
  }
}
