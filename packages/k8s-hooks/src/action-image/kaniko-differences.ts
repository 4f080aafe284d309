import {
  Add,
  Copy,
  type Dockerfile,
  From,
  type Instruction,
  JSONInstruction,
  ModifiableInstruction
} from 'dockerfile-ast'
import { flagValue, mountsOf, wordsOf } from './paths-taken.ts'

export interface LintWarning {
  /** The first line of the file is 1. */
  readonly line: number
  readonly text: string
}

/**
 * What Kaniko v1.28 builds otherwise than `docker build`, with exit code 0 and at most a line in its log: found by
 * building each of these with both.
 */
export function kanikoDifferences(dockerfile: Dockerfile): readonly LintWarning[] {
  const inInstructions = dockerfile
    .getInstructions()
    .flatMap(instruction => textsFor(instruction).map(text => ({ line: instruction.getRange().start.line + 1, text })))
  return [...frontend(dockerfile), ...inInstructions, ...lostInVolumes(dockerfile)].sort((a, b) => a.line - b.line)
}

function textsFor(instruction: Instruction): readonly string[] {
  if (instruction instanceof From) return fromTexts(instruction)
  if (instruction instanceof Copy || instruction instanceof Add) return copyTexts(instruction)
  return instruction instanceof ModifiableInstruction && instruction.getKeyword() === 'RUN' ? runTexts(instruction) : []
}

function fromTexts(instruction: From): readonly string[] {
  const platform = flagValue(instruction, 'platform')
  if (platform === undefined || platform.includes('$')) return []
  return [`Kaniko does not emulate other processors: RUN works only if the node is ${platform}`]
}

function copyTexts(instruction: JSONInstruction): readonly string[] {
  const texts: string[] = []
  if (flagValue(instruction, 'parents') !== undefined)
    texts.push('Kaniko ignores --parents: the files land in one directory')
  if (flagValue(instruction, 'exclude') !== undefined) texts.push('Kaniko ignores --exclude: everything is copied')
  if (flagValue(instruction, 'checksum') !== undefined) texts.push('Kaniko ignores --checksum: nothing is verified')
  const words = wordsOf(instruction)
  if (instruction instanceof Add && words.slice(0, -1).some(isGitSource))
    texts.push('Kaniko does not clone: the address is downloaded as a file')
  const destination = words.at(-1) ?? ''
  if (/^\/kaniko(?:\/|$)/.test(destination)) texts.push('Kaniko leaves out what is copied to /kaniko')
  if (/^\/var\/run(?:\/|$)/.test(destination)) texts.push('Kaniko leaves out what is copied to /var/run')
  return texts
}

function runTexts(instruction: ModifiableInstruction): readonly string[] {
  const texts: string[] = []
  for (const options of mountsOf(instruction)) {
    const type = options.get('type') ?? 'bind'
    if (type === 'ssh' || type === 'tmpfs') texts.push(`Kaniko ignores --mount=type=${type}`)
    if (type === 'bind' && options.has('from')) texts.push('Kaniko ignores --mount with from=: the files are missing')
  }
  for (const flag of ['network', 'security'])
    if (flagValue(instruction, flag) !== undefined) texts.push(`Kaniko ignores --${flag}`)
  return texts
}

function frontend(dockerfile: Dockerfile): readonly LintWarning[] {
  return dockerfile
    .getDirectives()
    .filter(directive => directive.getName().toLowerCase() === 'syntax' && !isDockersOwn(directive.getValue()))
    .map(directive => ({
      line: directive.getRange().start.line + 1,
      text: `Kaniko ignores the frontend ${directive.getValue()}`
    }))
}

/** What is written below a VOLUME after its declaration is dropped; BuildKit keeps it. */
function lostInVolumes(dockerfile: Dockerfile): readonly LintWarning[] {
  const warnings: LintWarning[] = []
  let volumes: readonly string[] = []
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword()
    if (keyword === 'FROM') volumes = []
    if (keyword === 'VOLUME' && instruction instanceof JSONInstruction) volumes = [...volumes, ...wordsOf(instruction)]
    if (!['RUN', 'COPY', 'ADD'].includes(keyword)) continue
    const text = instruction.getArgumentsContent() ?? ''
    const lost = volumes.find(volume => volume.length > 1 && text.includes(volume))
    if (lost !== undefined)
      warnings.push({
        line: instruction.getRange().start.line + 1,
        text: `Kaniko drops what is written below ${lost} after VOLUME ${lost}`
      })
  }
  return warnings
}

function isGitSource(source: string): boolean {
  return /^git@|^git:\/\/|^https?:\/\/[^#]+\.git(?:#.*)?$/.test(source)
}

function isDockersOwn(frontendImage: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(frontendImage)
}
