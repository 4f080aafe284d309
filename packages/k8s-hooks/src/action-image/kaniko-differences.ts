import type { JSONInstruction } from 'dockerfile-ast'
import { Add, Copy, type Dockerfile, From, type Instruction, ModifiableInstruction } from 'dockerfile-ast'
import { ignoredFrontends, instructionWarning, lostInVolumes, type LintWarning } from './lint-warning.ts'
import { flagValue, mountsOf, wordsOf } from './paths-taken.ts'

/**
 * What Kaniko v1.28 builds otherwise than `docker build`, with exit code 0 and at most a line in its log, or an error that explains nothing: found by
 * building each of these with both.
 */
export function kanikoDifferences(dockerfile: Dockerfile): readonly LintWarning[] {
  const inInstructions = dockerfile
    .getInstructions()
    .flatMap(instruction => textsFor(instruction).map(text => instructionWarning(instruction, text)))
  return [
    ...ignoredFrontends(dockerfile, 'Kaniko'),
    ...inInstructions,
    ...lostInVolumes(dockerfile, { builder: 'Kaniko', by: ['RUN', 'COPY', 'ADD'] })
  ]
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
  return [...texts, ...scriptTexts(instruction.getRawArgumentsContent() ?? '')]
}

function scriptTexts(script: string): readonly string[] {
  const texts: string[] = []
  if (/^<<-?["']?\w+["']?\s*\n#!/.test(script))
    texts.push('Kaniko fails with exit code 127 on a here-document that begins with #!')
  if (/\bsetfattr\b.*\buser\./.test(script)) texts.push('Kaniko drops extended attributes that begin with "user."')
  return texts
}

function isGitSource(source: string): boolean {
  return /^git@|^git:\/\/|^https?:\/\/[^#]+\.git(?:#.*)?$/.test(source)
}
