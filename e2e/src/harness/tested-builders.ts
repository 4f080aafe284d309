import { buildahInstead } from './choose-builder.ts'

/** A builder that tests run with, and the labels of its namespace. */
export interface TestedBuilder {
  readonly builder: string
  readonly env: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** Containers of its pod that may gain privileges that they do not begin with. */
  readonly escalating: readonly string[]
}

/** Kaniko's image, or its stand-in, comes from the environment of the run; its namespace admits nothing beyond "baseline". */
export const kaniko: TestedBuilder = {
  builder: 'Kaniko',
  env: {},
  labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
  escalating: []
}

export const buildah: TestedBuilder = { builder: 'Buildah', env: buildahInstead.env, labels: {}, escalating: [] }

export const buildkit: TestedBuilder = {
  builder: 'BuildKit',
  env: {
    ACTIONS_RUNNER_CONTAINER_HOOKS_BUILDER: 'buildkit',
    ACTIONS_RUNNER_CONTAINER_HOOKS_BUILDER_IMAGE: 'localhost/buildkit:1'
  },
  labels: {},
  escalating: ['build']
}
