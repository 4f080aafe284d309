import { Copy, type Dockerfile, DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast'
import { expandAll, flagValue, mountsOf } from './paths-taken.ts'

/**
 * The images that a build starts from or copies from, by the names in the Dockerfile; undefined where one of them has no
 * name before the build runs (`FROM $TARGETARCH`).
 */
export function baseImagesOf(content: string): readonly string[] | undefined {
  const dockerfile = DockerfileParser.parse(content)
  const stages = new Set(dockerfile.getFROMs().flatMap(from => from.getBuildStage()?.toLowerCase() ?? []))
  const names = dockerfile.getInstructions().flatMap(instruction => namesIn(instruction, dockerfile))
  const images = new Set(names.filter(name => !isStage(name, stages)))
  return [...images].some(name => name.includes('$')) ? undefined : [...images].sort()
}

function isStage(name: string, stages: ReadonlySet<string>): boolean {
  return name === 'scratch' || /^\d+$/.test(name) || stages.has(name.toLowerCase())
}

function namesIn(instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  const line = instruction.getRange().start.line
  const from = dockerfile.getFROMs().find(candidate => candidate.getRange().start.line === line)
  if (from !== undefined)
    return [expandAll(from.getImage() ?? '$', name => dockerfile.resolveVariable(name, line) ?? undefined)]
  if (instruction instanceof Copy) return [flagValue(instruction, 'from') ?? 'scratch']
  if (!(instruction instanceof ModifiableInstruction)) return []
  return mountsOf(instruction).map(options => options.get('from') ?? 'scratch')
}
