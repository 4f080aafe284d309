import type { JSONInstruction } from 'dockerfile-ast'
import { Arg, Cmd, Copy, type Dockerfile, Entrypoint, Env, Run } from 'dockerfile-ast'
import { ignoredFrontends, instructionWarning, lostInVolumes, type LintWarning } from './lint-warning.ts'

/** Of version 1, from https://github.com/containers/buildah/issues/5474 and the release notes of 1.37. */
const firstMinor = { withHeredocs: 35, keepingVolumes: 37 }

/**
 * What Buildah builds otherwise than `docker build`, with exit code 0 or an error that explains nothing: each is a folder of e2e/dockerfiles, built with
 * version 1.28. `image` is the builder's: what a later version does right is left out when its tag tells the version.
 */
export function buildahDifferences(dockerfile: Dockerfile, image: string): readonly LintWarning[] {
  return [
    ...ignoredFrontends(dockerfile, 'Buildah'),
    ...escapeDirectives(dockerfile),
    ...shellForms(dockerfile),
    ...overruledArguments(dockerfile),
    ...(isAtLeast(firstMinor.withHeredocs, image) ? [] : heredocs(dockerfile)),
    ...(isAtLeast(firstMinor.keepingVolumes, image)
      ? []
      : lostInVolumes(dockerfile, { builder: 'Buildah before 1.37', by: ['RUN'] }))
  ]
}

function escapeDirectives(dockerfile: Dockerfile): readonly LintWarning[] {
  return dockerfile
    .getDirectives()
    .filter(directive => directive.getName().toLowerCase() === 'escape' && directive.getValue() !== '\\')
    .map(directive => ({
      line: directive.getRange().start.line + 1,
      text: 'Buildah takes the escape directive for the ends of lines alone: in values a backslash still escapes'
    }))
}

/** https://github.com/openshift/imagebuilder/issues/154 */
function shellForms(dockerfile: Dockerfile): readonly LintWarning[] {
  const warnings: LintWarning[] = []
  let hasShell = false
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword()
    if (keyword === 'FROM') hasShell = false
    if (keyword === 'SHELL') hasShell = true
    if (!hasShell || !(instruction instanceof Cmd || instruction instanceof Entrypoint)) continue
    if (isExecForm(instruction)) continue
    warnings.push(instructionWarning(instruction, `Buildah has /bin/sh run this ${keyword}, whatever SHELL says`))
  }
  return warnings
}

/** So says Docker's reference too; BuildKit takes the later of the two. */
function overruledArguments(dockerfile: Dockerfile): readonly LintWarning[] {
  const warnings: LintWarning[] = []
  let variables: ReadonlySet<string> = new Set()
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') variables = new Set()
    if (instruction instanceof Env)
      variables = new Set([...variables, ...instruction.getProperties().map(property => property.getName())])
    const name = instruction instanceof Arg ? instruction.getProperty()?.getName() : undefined
    if (name !== undefined && variables.has(name))
      warnings.push(instructionWarning(instruction, `Buildah keeps the value that ENV gave to ${name} before this ARG`))
  }
  return warnings
}

function isExecForm(instruction: JSONInstruction): boolean {
  return instruction.getOpeningBracket() !== null
}

/** It fails, with "Unknown instruction" for the first word of the text. */
function heredocs(dockerfile: Dockerfile): readonly LintWarning[] {
  return dockerfile
    .getInstructions()
    .filter(
      instruction => (instruction instanceof Run || instruction instanceof Copy) && instruction.getHeredocs().length > 0
    )
    .map(instruction => instructionWarning(instruction, 'Buildah before 1.35 cannot read here-documents'))
}

/** False where the tag does not tell the version. */
function isAtLeast(wantedMinor: number, image: string): boolean {
  const [, major, minor] = /:v?(\d+)\.(\d+)/.exec(image) ?? []
  if (major === undefined || minor === undefined) return false
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= wantedMinor)
}
