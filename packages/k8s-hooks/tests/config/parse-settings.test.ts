import { HookError } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../src/config/parse-settings.ts'
import { settingDefinitions } from '../../src/config/schema.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const runner = { ACTIONS_RUNNER_POD_NAME: 'runner-abc' }

/** The settings that the suffixes of our own variables give. */
function settingsOf(env: Readonly<Record<string, string>>): ReturnType<typeof parseSettings> {
  const own = Object.entries(env).map(([suffix, value]) => [`${prefix}${suffix}`, value])
  return parseSettings({ ...runner, ...(Object.fromEntries(own) as Record<string, string>) })
}

function problemsOf(env: Readonly<Record<string, string | undefined>>): string {
  try {
    parseSettings(env)
  } catch (error) {
    if (error instanceof HookError && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
  return ''
}

describe('the proxy of the runner', () => {
  const proxyOf = (env: Readonly<Record<string, string>>): RegistrySettings['proxy'] =>
    parseSettings({ ...runner, [`${prefix}REGISTRY_HOST`]: 'registry.test', ...env }).registry?.proxy

  it('is that of every program', () => {
    const env = { HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:1', NO_PROXY: '.svc' }
    expect(proxyOf(env)).toEqual({ https: 'http://a:1', http: 'http://b:1', exceptions: '.svc' })
  })

  it('is read in small letters first, as the runner does', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1', no_proxy: '' })).toEqual({
      https: 'http://b:1',
      http: undefined,
      exceptions: ''
    })
    expect(proxyOf({ HTTPS_PROXY: 'http://a:1', https_proxy: ' ' })?.https).toBe('http://a:1')
  })

  it('is none where only exceptions are named', () => {
    expect(proxyOf({ NO_PROXY: '.svc' })).toBeUndefined()
  })
})

describe('parseSettings', () => {
  it('has a default for everything but the name of the runner pod', () => {
    expect(parseSettings(runner)).toEqual({
      runnerPodName: 'runner-abc',
      namespace: undefined,
      workClaimName: undefined,
      workClaimAccess: undefined,
      runnerImage: undefined,
      templatePath: undefined,
      prepareJobTimeoutMs: 600_000,
      stageTimeoutsMs: { schedule: undefined, pull: undefined, start: undefined },
      copyTimeoutMs: 3_600_000,
      workflowLabels: true,
      imagePullGraceMs: 2_000,
      sync: 'full',
      stateFolder: undefined,
      timingsFile: undefined,
      registry: undefined,
      builder: {
        kind: 'kaniko',
        image: 'ghcr.io/osscontainertools/kaniko:v1.28.3',
        baseImageSecretName: undefined,
        timeoutSeconds: 1800,
        contextMaxBytes: 2 ** 31,
        summary: false
      },
      options: { maxCpus: undefined, maxMemoryBytes: undefined, allowPrivileged: false }
    })
  })

  it('has the defaults that the definitions tell the operator', () => {
    const { prepareJobTimeoutMs, imagePullGraceMs, copyTimeoutMs, workflowLabels, sync, builder } =
      parseSettings(runner)
    const { prepareJobTimeout, imagePullGrace, copyTimeout, contextMaxBytes, buildTimeout } = settingDefinitions
    expect({
      prepareJobTimeout: prepareJobTimeout.default,
      imagePullGrace: imagePullGrace.default,
      copyTimeout: copyTimeout.default,
      workflowLabels: settingDefinitions.workflowLabels.default,
      contextMaxBytes: contextMaxBytes.default,
      buildTimeout: buildTimeout.default,
      sync: settingDefinitions.sync.default,
      builder: settingDefinitions.builder.default
    }).toEqual({
      prepareJobTimeout: String(prepareJobTimeoutMs / 1000),
      imagePullGrace: String(imagePullGraceMs / 1000),
      copyTimeout: String(copyTimeoutMs / 1000),
      workflowLabels: String(workflowLabels),
      contextMaxBytes: String(builder.contextMaxBytes),
      buildTimeout: String(builder.timeoutSeconds),
      sync,
      builder: builder.kind
    })
    expect(settingDefinitions.builderImage.default).toContain(builder.image)
    for (const kind of ['buildah', 'buildkit'])
      expect(settingDefinitions.builderImage.default).toContain(settingsOf({ BUILDER: kind }).builder.image)
  })

  it('reads every variable of job and steps', () => {
    expect(
      parseSettings({
        ACTIONS_RUNNER_POD_NAME: ' runner-abc ',
        ACTIONS_RUNNER_KUBERNETES_NAMESPACE: 'arc',
        ACTIONS_RUNNER_CLAIM_NAME: 'work',
        ACTIONS_RUNNER_IMAGE: 'runner:1',
        ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE: '/t.yaml',
        ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS: '30',
        [`${prefix}IMAGE_PULL_GRACE_SECONDS`]: '7',
        [`${prefix}WORK_CLAIM_ACCESS`]: 'ReadWriteMany',
        [`${prefix}SCHEDULE_TIMEOUT_SECONDS`]: '1',
        [`${prefix}PULL_TIMEOUT_SECONDS`]: '2',
        [`${prefix}START_TIMEOUT_SECONDS`]: '3',
        [`${prefix}COPY_TIMEOUT_SECONDS`]: '4',
        [`${prefix}WORKFLOW_LABELS`]: 'false',
        [`${prefix}SYNC`]: 'off',
        [`${prefix}STATE_FOLDER`]: '/state',
        [`${prefix}TIMINGS_FILE`]: '/timings',
        [`${prefix}BUILDER`]: 'buildkit',
        [`${prefix}BUILDER_IMAGE`]: 'builder:1',
        [`${prefix}BASE_IMAGE_SECRET_NAME`]: 'pull',
        [`${prefix}BUILD_SUMMARY`]: 'true',
        [`${prefix}BUILD_TIMEOUT_SECONDS`]: '60',
        [`${prefix}BUILD_CONTEXT_MAX_BYTES`]: '1000',
        [`${prefix}MAX_CPUS`]: '2.5',
        [`${prefix}MAX_MEMORY`]: '4g',
        [`${prefix}ALLOW_PRIVILEGED`]: 'true',
        [`${prefix}BUILD_CACHE`]: 'layers',
        [`${prefix}BUILD_CACHE_MAX_AGE_SECONDS`]: '60'
      })
    ).toEqual({
      runnerPodName: 'runner-abc',
      namespace: 'arc',
      workClaimName: 'work',
      workClaimAccess: 'ReadWriteMany',
      runnerImage: 'runner:1',
      templatePath: '/t.yaml',
      prepareJobTimeoutMs: 30_000,
      stageTimeoutsMs: { schedule: 1000, pull: 2000, start: 3000 },
      copyTimeoutMs: 4000,
      workflowLabels: false,
      imagePullGraceMs: 7_000,
      sync: 'off',
      stateFolder: '/state',
      timingsFile: '/timings',
      registry: undefined,
      builder: {
        kind: 'buildkit',
        image: 'builder:1',
        baseImageSecretName: 'pull',
        timeoutSeconds: 60,
        contextMaxBytes: 1000,
        summary: true,
        cache: { kind: 'layers', maxAgeSeconds: 60 }
      },
      options: { maxCpus: 2.5, maxMemoryBytes: 4 * 2 ** 30, allowPrivileged: true }
    })
  })

  it.each([
    { set: {}, cache: undefined },
    { set: { BUILD_CACHE: 'off' }, cache: undefined },
    { set: { BUILD_CACHE: 'images' }, cache: { kind: 'images', maxAgeSeconds: 86_400 } }
  ])('keeps $cache for later jobs with $set', ({ set, cache }) => {
    const env = Object.fromEntries(Object.entries(set).map(([name, value]) => [prefix + name, value]))
    expect(parseSettings({ ...runner, ...env }).builder.cache).toEqual(cache)
    expect(settingDefinitions.buildCacheMaxAge.default).toBe('86400')
  })

  it.each([
    {
      set: { BUILD_CACHE_MAX_AGE_SECONDS: '60' },
      problem: 'BUILD_CACHE_MAX_AGE_SECONDS needs BUILD_CACHE=images or BUILD_CACHE=layers.'
    },
    {
      set: { BUILD_CACHE: 'layers', REGISTRY_HOST: 'registry.test', REGISTRY_SECRET_NAME: 'push' },
      problem: 'BUILD_CACHE must not be layers where REGISTRY_SECRET_NAME is set'
    }
  ])('refuses $set', ({ set, problem }) => {
    const env = Object.fromEntries(Object.entries(set).map(([name, value]) => [prefix + name, value]))
    expect(() => parseSettings({ ...runner, ...env })).toThrow(prefix + problem)
  })

  it.each<{ env: Record<string, string>; registry: Partial<RegistrySettings> }>([
    {
      env: { REGISTRY_HOST: 'registry.ci.svc', REGISTRY_PORT: '5000', REGISTRY_NODE_PORT: '30500' },
      registry: { pushHost: 'registry.ci.svc:5000', pathPrefix: '', pullHost: 'localhost:30500', insecure: true }
    },
    {
      env: { REGISTRY_HOST: 'registry.ci.svc', REGISTRY_NODE_PORT: '30500', REGISTRY_INSECURE: 'false' },
      registry: { pushHost: 'registry.ci.svc', pullHost: 'localhost:30500', insecure: false }
    },
    {
      env: { REGISTRY_HOST: 'ghcr.io/acme/tmp/' },
      registry: { pushHost: 'ghcr.io', pathPrefix: 'acme/tmp', pullHost: 'ghcr.io', insecure: false }
    },
    {
      env: { REGISTRY_HOST: 'registry/acme', REGISTRY_PORT: '5000', REGISTRY_PULL_HOST: 'registry.example.com' },
      registry: { pushHost: 'registry:5000', pathPrefix: 'acme', pullHost: 'registry.example.com' }
    },
    { env: { REGISTRY_HOST: 'registry:5000' }, registry: { pushHost: 'registry:5000', pullHost: 'registry:5000' } },
    { env: { REGISTRY_HOST: '[fd00::1]', REGISTRY_PORT: '5000' }, registry: { pushHost: '[fd00::1]:5000' } },
    {
      env: {
        REGISTRY_HOST: 'r',
        REGISTRY_INSECURE: 'TRUE',
        REGISTRY_SECRET_NAME: 'push',
        REGISTRY_CA_SECRET_NAME: 'ca',
        REGISTRY_MIRRORS: 'mirror.example.com/dockerhub, other:5000,'
      },
      registry: {
        insecure: true,
        secretName: 'push',
        caSecretName: 'ca',
        mirrors: ['mirror.example.com/dockerhub', 'other:5000']
      }
    }
  ])('makes a registry of $env', ({ env, registry }) => {
    expect(settingsOf(env).registry).toMatchObject(registry)
  })

  it.each([
    { name: 'REGISTRY_PORT', value: '0', form: 'a port (1 to 65535), not "0".' },
    { name: 'REGISTRY_PORT', value: '65536', form: 'a port (1 to 65535), not "65536".' },
    { name: 'REGISTRY_NODE_PORT', value: '3e4', form: 'a port (1 to 65535), not "3e4".' },
    { name: 'REGISTRY_INSECURE', value: 'yes', form: 'true or false, not "yes".' },
    { name: 'REGISTRY_INSECURE', value: 'constructor', form: 'true or false, not "constructor".' },
    { name: 'REGISTRY_HOST', value: 'http://registry', form: hostForm('http://registry') },
    { name: 'REGISTRY_HOST', value: 'ghcr.io/Acme', form: hostForm('ghcr.io/Acme') },
    { name: 'REGISTRY_HOST', value: 'my registry', form: hostForm('my registry') },
    { name: 'REGISTRY_HOST', value: '/acme', form: hostForm('/acme') },
    { name: 'REGISTRY_PULL_HOST', value: 'a,b', form: hostForm('a,b') },
    {
      name: 'REGISTRY_MIRRORS',
      value: 'https://m',
      form: `a list of names separated by commas, each ${hostForm('https://m')}`
    },
    { name: 'BUILDER', value: 'docker', form: 'one of kaniko, buildah, buildkit, not "docker".' },
    { name: 'SYNC', value: 'on', form: 'one of full, actions, off, not "on".' },
    { name: 'BUILD_TIMEOUT_SECONDS', value: '10m', form: 'a whole number of seconds (1 to 2147483), not "10m".' },
    {
      name: 'BUILD_TIMEOUT_SECONDS',
      value: '2147484',
      form: 'a whole number of seconds (1 to 2147483), not "2147484".'
    },
    { name: 'MAX_CPUS', value: '500m', form: 'a number of CPUs such as 4 or 0.5, not "500m".' },
    { name: 'MAX_MEMORY', value: 'much', form: 'an amount of memory such as 8g or 512m, not "much".' },
    { name: 'ALLOW_PRIVILEGED', value: '1', form: 'true or false, not "1".' },
    { name: 'BUILD_CONTEXT_MAX_BYTES', value: '-1', form: 'a whole number above 0, not "-1".' },
    {
      name: 'BUILD_CONTEXT_MAX_BYTES',
      value: '9007199254740993',
      form: 'a whole number above 0, not "9007199254740993".'
    }
  ])('refuses $value as $name', ({ name, value, form }) => {
    expect(problemsOf({ ...runner, [`${prefix}REGISTRY_HOST`]: 'r', [`${prefix}${name}`]: value })).toBe(
      `The settings of the hook are wrong: ${prefix}${name} must be ${form}`
    )
  })

  it.each([
    { env: {}, problem: 'ACTIONS_RUNNER_POD_NAME must be set to the name of the runner pod.' },
    {
      env: { ACTIONS_RUNNER_POD_NAME: '  ' },
      problem: 'ACTIONS_RUNNER_POD_NAME must be set to the name of the runner pod.'
    },
    ...['PORT', 'NODE_PORT', 'PULL_HOST', 'SECRET_NAME', 'INSECURE', 'CA_SECRET_NAME', 'MIRRORS'].map(suffix => ({
      env: { ...runner, [`${prefix}REGISTRY_${suffix}`]: suffix.includes('PORT') ? '1' : 'true' },
      problem: `${prefix}REGISTRY_HOST must be set when another REGISTRY_ variable is.`
    })),
    {
      env: { ...runner, [`${prefix}REGISTRY_HOST`]: 'r:5000', [`${prefix}REGISTRY_PORT`]: '5000' },
      problem: `${prefix}REGISTRY_PORT is given, but REGISTRY_HOST has a port of its own.`
    },
    {
      env: {
        ...runner,
        [`${prefix}REGISTRY_HOST`]: 'r',
        [`${prefix}REGISTRY_NODE_PORT`]: '30500',
        [`${prefix}REGISTRY_PULL_HOST`]: 'p'
      },
      problem: `${prefix}REGISTRY_PULL_HOST and REGISTRY_NODE_PORT exclude each other.`
    }
  ])('refuses $env', ({ env, problem }) => {
    expect(problemsOf(env)).toBe(`The settings of the hook are wrong: ${problem}`)
  })

  it('tells all problems at once, each once', () => {
    const problems = problemsOf({
      [`${prefix}REGISTRY_HOST`]: 'http://r',
      [`${prefix}REGISTRY_PORT`]: 'x',
      [`${prefix}BUILDER`]: 'y',
      [`${prefix}SYNC`]: 'z',
      ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS: '0'
    })
    const named = [...problems.matchAll(/(ACTIONS_\w+) must/g)].map(match => match[1])
    expect(named.sort()).toEqual(
      [
        'ACTIONS_RUNNER_POD_NAME',
        `${prefix}REGISTRY_HOST`,
        `${prefix}REGISTRY_PORT`,
        `${prefix}BUILDER`,
        `${prefix}SYNC`,
        'ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS'
      ].sort()
    )
  })
})

function hostForm(value: string): string {
  return `a host name with port or lower-case path where needed, without scheme or blanks, not "${value}".`
}
