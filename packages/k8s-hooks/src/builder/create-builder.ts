import { HookError } from '@k8s-hooks/hooklib'
import type { BuilderSettings } from '../config/settings.ts'
import { buildahPodTemplate } from './buildah-pod-template.ts'
import { readBuildahLine } from './buildah-log.ts'
import type { Builder } from './builder.ts'
import type { BuilderDeps } from './builder-deps.ts'
import type { BuilderKind } from './builder-kind.ts'
import { readKanikoLine } from './kaniko-log.ts'
import { kanikoPodTemplate } from './kaniko-pod-template.ts'
import { type BuilderParts, createPodBuilder } from './run-build.ts'

/** The builder that the operator chose: what privileges it takes is his decision. Throws HookError BUILDER_UNSUPPORTED. */
export function createBuilder(settings: BuilderParts['settings'], deps: BuilderDeps): Builder {
  return createPodBuilder({ kind: builderKind(settings.builder.kind), settings, deps })
}

function builderKind(kind: BuilderSettings['kind']): BuilderKind {
  switch (kind) {
    case 'kaniko':
      return { name: 'Kaniko', podTemplate: kanikoPodTemplate, readLogLine: readKanikoLine }
    case 'buildah':
      return { name: 'Buildah', podTemplate: buildahPodTemplate, readLogLine: readBuildahLine }
    case 'buildkit':
      throw new HookError('BUILDER_UNSUPPORTED', 'ACTIONS_RUNNER_CONTAINER_HOOKS_BUILDER=buildkit is not supported.', {
        hint: 'Use kaniko or buildah.'
      })
  }
}
