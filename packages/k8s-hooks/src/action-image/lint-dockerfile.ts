import { HookError } from '@k8s-hooks/hooklib'
import { type Dockerfile, DockerfileParser, type Instruction, Keyword } from 'dockerfile-ast'
import type { BuilderSettings } from '../config/settings.ts'
import { buildahDifferences } from './buildah-differences.ts'
import { kanikoDifferences } from './kaniko-differences.ts'
import type { LintWarning } from './lint-warning.ts'
import { pathsTaken, stagePathsTaken } from './paths-taken.ts'
import { refuseLaterStages } from './refuse-later-stages.ts'

const keywords: ReadonlySet<string> = new Set(Object.values(Keyword))

/**
 * Refuses what no builder can build, before a pod is started, and names what the chosen builder builds in silence
 * otherwise than Docker would, in the order of the lines. Throws HookError: DOCKERFILE_INVALID, DOCKERFILE_LEAKS_CONTEXT.
 */
export function lintDockerfile(
  content: string,
  builder: Pick<BuilderSettings, 'kind' | 'image'>
): readonly LintWarning[] {
  const dockerfile = DockerfileParser.parse(content)
  const instructions = dockerfile.getInstructions()
  for (const instruction of instructions) refuseUnknown(instruction)
  refuseWithoutBase(instructions)
  refuseLaterStages(instructions)
  for (const instruction of instructions) refuseLeak(instruction, dockerfile, builder.kind)
  return [...differences(dockerfile, builder)].sort((a, b) => a.line - b.line)
}

function differences(
  dockerfile: Dockerfile,
  { kind, image }: Pick<BuilderSettings, 'kind' | 'image'>
): readonly LintWarning[] {
  switch (kind) {
    case 'kaniko':
      return kanikoDifferences(dockerfile)
    case 'buildah':
      return buildahDifferences(dockerfile, image)
    case 'buildkit':
      return []
  }
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1
}

function refuseUnknown(instruction: Instruction): void {
  if (keywords.has(instruction.getKeyword())) {
    if (instruction.getArguments().length > 0) return
    throw invalid(instruction, `${instruction.getKeyword()} has no argument`)
  }
  throw invalid(instruction, `"${instruction.getInstruction()}" is not an instruction`)
}

function refuseWithoutBase(instructions: readonly Instruction[]): void {
  const first = instructions.find(instruction => instruction.getKeyword() !== 'ARG')
  if (first === undefined) throw new HookError('DOCKERFILE_INVALID', 'The Dockerfile has no FROM.')
  if (first.getKeyword() !== 'FROM') throw invalid(first, `${first.getKeyword()} stands before the first FROM`)
}

/**
 * Docker keeps `..` inside the context; Kaniko would read the builder's own files (its credentials too). It joins what
 * COPY --from names to a folder of its own in the same way.
 */
function refuseLeak(instruction: Instruction, dockerfile: Dockerfile, kind: BuilderSettings['kind']): void {
  const ofStages = kind === 'kaniko' ? stagePathsTaken(instruction, dockerfile) : []
  const leak = [...pathsTaken(instruction, dockerfile), ...ofStages].find(path => readings(path).some(climbsOut))
  if (leak === undefined) return
  throw new HookError(
    'DOCKERFILE_LEAKS_CONTEXT',
    `Line ${lineOf(instruction)} of the Dockerfile takes ${leak}, which is outside its directory.`,
    {
      hint: 'Only the directory of the Dockerfile and what is below it can be copied; move the file or the Dockerfile.'
    }
  )
}

/** How a builder could read a path: quotes and escapes taken away, and what has no value here kept or empty. */
function readings(path: string): readonly string[] {
  const plain = path.replaceAll(/["'\\`]/g, '')
  return [plain, plain.replaceAll(/\$(?:\w+|\{[^}]*\})/g, '')]
}

function climbsOut(path: string): boolean {
  let depth = 0
  for (const part of path.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return true
  }
  return false
}

function invalid(instruction: Instruction, problem: string): HookError {
  return new HookError('DOCKERFILE_INVALID', `Line ${lineOf(instruction)} of the Dockerfile: ${problem}.`, {
    hint: 'https://docs.docker.com/reference/dockerfile/'
  })
}
