import type { BuilderSettings } from '../config/settings.ts'
import { buildahPodTemplate } from './buildah-pod-template.ts'
import { readBuildahLine } from './buildah-log.ts'
import type { Builder } from './builder.ts'
import { buildkitLogReader } from './buildkit-log.ts'
import { buildkitPodTemplate } from './buildkit-pod-template.ts'
import type { BuilderDeps } from './builder-deps.ts'
import type { BuilderKind } from './builder-kind.ts'
import { readKanikoLine } from './kaniko-log.ts'
import { kanikoPodTemplate } from './kaniko-pod-template.ts'
import { type BuilderParts, createPodBuilder } from './run-build.ts'

/** The builder that the operator chose: what privileges it takes is his decision. */
export function createBuilder(settings: BuilderParts['settings'], deps: BuilderDeps): Builder {
  return createPodBuilder({ kind: builderKind(settings.builder.kind), settings, deps })
}

function builderKind(kind: BuilderSettings['kind']): BuilderKind {
  switch (kind) {
    case 'kaniko':
      return { name: 'Kaniko', podTemplate: kanikoPodTemplate, logReader: () => readKanikoLine }
    case 'buildah':
      return { name: 'Buildah', podTemplate: buildahPodTemplate, logReader: () => readBuildahLine }
    case 'buildkit':
      return { name: 'BuildKit', podTemplate: buildkitPodTemplate, logReader: buildkitLogReader }
  }
}
