import { settingPrefix as prefix, type SettingDefinition } from './setting-definition.ts'

/** Kaniko's maintained fork; the archived original builds heredocs wrong without a word (docs/builders.md). */
export const defaultKanikoImage = 'ghcr.io/osscontainertools/kaniko:v1.28.3'
export const defaultBuildahImage = 'quay.io/containers/buildah:v1.43.2'
export const defaultBuildkitImage = 'docker.io/moby/buildkit:v0.33.1-rootless'

/** Variables of registry and builder. */
export const buildDefinitions = {
  registryHost: {
    name: `${prefix}REGISTRY_HOST`,
    group: 'registry',
    type: 'host',
    default: 'no registry: Dockerfile actions are refused',
    example: 'registry.ci.svc.cluster.local',
    meaning: 'Registry that the builder pushes to, as a pod reaches it. May carry a path: `ghcr.io/acme/tmp`.'
  },
  registryPort: {
    name: `${prefix}REGISTRY_PORT`,
    group: 'registry',
    type: 'port',
    default: "the scheme's own port",
    example: '5000',
    meaning: 'Port of `REGISTRY_HOST`.'
  },
  registryNodePort: {
    name: `${prefix}REGISTRY_NODE_PORT`,
    group: 'registry',
    type: 'port',
    default: 'nodes pull from `REGISTRY_PULL_HOST` or the push host',
    example: '30500',
    meaning: 'NodePort of the registry: nodes pull from `localhost:<node port>`. Makes plain http the default.'
  },
  registryPullHost: {
    name: `${prefix}REGISTRY_PULL_HOST`,
    group: 'registry',
    type: 'host',
    default: '`localhost:<node port>`, else the push host',
    example: 'registry.example.com:5000',
    meaning: 'Any other name under which the nodes reach the registry.'
  },
  registrySecretName: {
    name: `${prefix}REGISTRY_SECRET_NAME`,
    group: 'registry',
    type: 'text',
    default: 'no credentials',
    example: 'registry-credentials',
    meaning:
      'Secret of type `kubernetes.io/dockerconfigjson` to push, to delete and to pull temporary images with. No Dockerfile can read it.'
  },
  registryInsecure: {
    name: `${prefix}REGISTRY_INSECURE`,
    group: 'registry',
    type: 'boolean',
    default: '`true` with `REGISTRY_NODE_PORT`, else `false`',
    example: 'true',
    meaning: 'Plain http, for this registry only.'
  },
  registryCaSecretName: {
    name: `${prefix}REGISTRY_CA_SECRET_NAME`,
    group: 'registry',
    type: 'text',
    default: 'the public certificate authorities',
    example: 'registry-ca',
    meaning: "Secret whose key `ca.crt` holds the registry's certificate authority."
  },
  registryMirrors: {
    name: `${prefix}REGISTRY_MIRRORS`,
    group: 'registry',
    type: 'hosts',
    default: 'none',
    example: 'mirror.example.com/dockerhub',
    meaning: 'Mirrors of Docker Hub for base images, separated by commas.'
  },
  httpsProxy: {
    name: 'HTTPS_PROXY',
    alias: 'https_proxy',
    group: 'proxy',
    type: 'text',
    default: 'registries are asked directly',
    example: 'http://proxy.example.com:3128',
    meaning:
      'Proxy for registries that speak https: the hook asks through it, the builder pulls and pushes through it, and `RUN` has it. A password in it is in no pod spec.'
  },
  httpProxy: {
    name: 'HTTP_PROXY',
    alias: 'http_proxy',
    group: 'proxy',
    type: 'text',
    default: 'none',
    example: 'http://proxy.example.com:3128',
    meaning: 'Proxy for plain http, in the builder only: for `RUN`. The hook asks a registry without TLS directly.'
  },
  noProxy: {
    name: 'NO_PROXY',
    alias: 'no_proxy',
    group: 'proxy',
    type: 'text',
    default: 'nothing',
    example: '.svc,.cluster.local,10.0.0.0/8',
    meaning:
      'What is asked directly, separated by commas: names with what lies below them, addresses, ranges, or `*`. A registry without TLS is always among them.'
  },
  builder: {
    name: `${prefix}BUILDER`,
    group: 'builder',
    type: 'choice',
    choices: ['kaniko', 'buildah', 'buildkit'],
    default: 'kaniko',
    example: 'buildah',
    meaning:
      'Program that builds. Buildah needs seccomp Unconfined, BuildKit also privilege escalation (docs/builders.md).'
  },
  builderImage: {
    name: `${prefix}BUILDER_IMAGE`,
    group: 'builder',
    type: 'text',
    default: `\`${defaultKanikoImage}\`, \`${defaultBuildahImage}\`, \`${defaultBuildkitImage}\``,
    example: 'mirror.example.com/kaniko@sha256:…',
    meaning: 'Image of the builder.'
  },
  baseImageSecretName: {
    name: `${prefix}BASE_IMAGE_SECRET_NAME`,
    group: 'builder',
    type: 'text',
    default: 'base images are pulled without credentials',
    example: 'base-images-read-only',
    meaning:
      'Secret of type `kubernetes.io/dockerconfigjson` that base images are pulled with. A Dockerfile can read it: let it pull and nothing else.'
  },
  buildTimeout: {
    name: `${prefix}BUILD_TIMEOUT_SECONDS`,
    group: 'builder',
    type: 'seconds',
    default: '1800',
    example: '3600',
    meaning: 'Longest time for one build, the pull of the builder image included.'
  },
  buildSummary: {
    name: `${prefix}BUILD_SUMMARY`,
    group: 'builder',
    type: 'boolean',
    default: 'false',
    example: 'true',
    meaning: 'Adds to the summary of a step what was built: image, size, layers and times.'
  },
  contextMaxBytes: {
    name: `${prefix}BUILD_CONTEXT_MAX_BYTES`,
    group: 'builder',
    type: 'bytes',
    default: '2147483648',
    example: '536870912',
    meaning: 'Largest build context.'
  },
  buildCache: {
    name: `${prefix}BUILD_CACHE`,
    group: 'builder',
    type: 'choice',
    choices: ['off', 'images', 'layers'],
    default: 'off',
    example: 'images',
    meaning:
      'What later jobs of the same repository use again: whole images of equal content, or the layers of the builder (docs/registries.md). Nobody deletes these but the registry.'
  },
  buildCacheMaxAge: {
    name: `${prefix}BUILD_CACHE_MAX_AGE_SECONDS`,
    group: 'builder',
    type: 'seconds',
    default: '86400',
    example: '604800',
    meaning: 'With `BUILD_CACHE`: what is older is built anew.'
  }
} as const satisfies Readonly<Record<string, SettingDefinition>>
