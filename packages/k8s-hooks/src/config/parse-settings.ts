import { HookError } from '@k8s-hooks/hooklib'
import { splitHost } from './host.ts'
import { createValueReader, type Environment, type ValueReader } from './read-values.ts'
import { defaultBuildahImage, defaultBuildkitImage, defaultKanikoImage } from './build-definitions.ts'
import type { SettingKey } from './schema.ts'
import type { BuilderSettings, OptionPolicy, RegistrySettings, Settings } from './settings.ts'

const defaultPrepareJobTimeoutSeconds = 600
/** The kubelet's second try comes after ten seconds: a grace below that only has to be long enough to hear all of the reason. */
const defaultImagePullGraceSeconds = 2
const defaultCopyTimeoutSeconds = 3600
const defaultBuildTimeoutSeconds = 1800
const defaultContextMaxBytes = 2 ** 31
const defaultCacheMaxAgeSeconds = 86_400

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
    workClaimAccess: read.choice('workClaimAccess'),
    runnerImage: read.text('runnerImage'),
    templatePath: read.text('templatePath'),
    prepareJobTimeoutMs: (read.number('prepareJobTimeout') ?? defaultPrepareJobTimeoutSeconds) * 1000,
    stageTimeoutsMs: {
      schedule: toMs(read.number('scheduleTimeout')),
      pull: toMs(read.number('pullTimeout')),
      start: toMs(read.number('startTimeout'))
    },
    copyTimeoutMs: (read.number('copyTimeout') ?? defaultCopyTimeoutSeconds) * 1000,
    workflowLabels: read.boolean('workflowLabels') ?? true,
    imagePullGraceMs: (read.number('imagePullGrace') ?? defaultImagePullGraceSeconds) * 1000,
    sync: read.choice('sync') ?? 'full',
    stateFolder: read.text('stateFolder'),
    timingsFile: read.text('timingsFile'),
    registry: parseRegistry(read),
    builder: parseBuilder(read),
    options: parseOptionPolicy(read)
  }
  refuseSharedCredentials(settings, read)
  const problems = read.problems()
  if (problems.length > 0) {
    throw new HookError('CONFIG_INVALID', `The settings of the hook are wrong: ${problems.join(' ')}`, {
      hint: 'Correct the environment of the runner pod; docs/configuration.md has every variable.'
    })
  }
  return settings
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}

const registryKeys: readonly SettingKey[] = [
  'registryPort',
  'registryNodePort',
  'registryPullHost',
  'registrySecretName',
  'registryInsecure',
  'registryCaSecretName',
  'registryMirrors'
]

function parseRegistry(read: ValueReader): RegistrySettings | undefined {
  const host = read.host('registryHost')
  const port = read.number('registryPort')
  const nodePort = read.number('registryNodePort')
  const pullHost = read.host('registryPullHost')
  const insecure = read.boolean('registryInsecure')
  const mirrors = read.hosts('registryMirrors')
  if (read.text('registryHost') === undefined && registryKeys.some(key => read.text(key) !== undefined))
    read.problem('registryHost', 'must be set when another REGISTRY_ variable is.')
  if (host === undefined) return undefined
  if (nodePort !== undefined && pullHost !== undefined)
    read.problem('registryPullHost', 'and REGISTRY_NODE_PORT exclude each other.')
  const { host: name, path } = splitHost(host)
  if (port !== undefined && /:\d+$/.test(name))
    read.problem('registryPort', 'is given, but REGISTRY_HOST has a port of its own.')
  const pushHost = port === undefined ? name : `${name}:${port}`
  return {
    pushHost,
    pathPrefix: path,
    pullHost: nodePort === undefined ? (pullHost ?? pushHost) : `localhost:${nodePort}`,
    secretName: read.text('registrySecretName'),
    insecure: insecure ?? nodePort !== undefined,
    caSecretName: read.text('registryCaSecretName'),
    mirrors,
    ...parseProxy(read)
  }
}

function parseProxy(read: ValueReader): Pick<RegistrySettings, 'proxy'> {
  const [https, http] = [read.text('httpsProxy'), read.text('httpProxy')]
  if (https === undefined && http === undefined) return {}
  return { proxy: { https, http, exceptions: read.text('noProxy') ?? '' } }
}

const defaultImages: Readonly<Record<BuilderSettings['kind'], string>> = {
  kaniko: defaultKanikoImage,
  buildah: defaultBuildahImage,
  buildkit: defaultBuildkitImage
}

function parseBuilder(read: ValueReader): BuilderSettings {
  const kind = read.choice('builder') ?? 'kaniko'
  return {
    kind,
    image: read.text('builderImage') ?? defaultImages[kind],
    baseImageSecretName: read.text('baseImageSecretName'),
    timeoutSeconds: read.number('buildTimeout') ?? defaultBuildTimeoutSeconds,
    contextMaxBytes: read.number('contextMaxBytes') ?? defaultContextMaxBytes,
    summary: read.boolean('buildSummary') ?? false,
    ...parseCache(read)
  }
}

function parseOptionPolicy(read: ValueReader): OptionPolicy {
  return {
    maxCpus: read.cpus('maxCpus'),
    maxMemoryBytes: read.memory('maxMemory'),
    allowPrivileged: read.boolean('allowPrivileged') ?? false
  }
}

function parseCache(read: ValueReader): Pick<BuilderSettings, 'cache'> {
  const kind = read.choice('buildCache') ?? 'off'
  const maxAgeSeconds = read.number('buildCacheMaxAge')
  if (kind !== 'off') return { cache: { kind, maxAgeSeconds: maxAgeSeconds ?? defaultCacheMaxAgeSeconds } }
  if (maxAgeSeconds !== undefined) read.problem('buildCacheMaxAge', 'needs BUILD_CACHE=images or BUILD_CACHE=layers.')
  return {}
}

/** The container that runs the Dockerfile reads and writes the layers itself. */
function refuseSharedCredentials({ builder, registry }: Settings, read: ValueReader): void {
  if (builder.cache?.kind === 'layers' && registry?.secretName !== undefined)
    read.problem(
      'buildCache',
      'must not be layers where REGISTRY_SECRET_NAME is set: a Dockerfile could read the credentials. Use images.'
    )
}
