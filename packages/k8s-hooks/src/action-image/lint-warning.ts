import { type Dockerfile, type Instruction, JSONInstruction } from 'dockerfile-ast'
import { foreignFrontends } from './foreign-frontends.ts'
import { wordsOf } from './paths-taken.ts'

/** What a builder would get wrong without saying so. */
export interface LintWarning {
  /** The first line of the file is 1. */
  readonly line: number
  readonly text: string
}

export function instructionWarning(instruction: Instruction, text: string): LintWarning {
  return { line: instruction.getRange().start.line + 1, text }
}

/** Only BuildKit fetches the program that a `# syntax=` line names; Docker's own is no loss, as each builder knows its language. */
export function ignoredFrontends(dockerfile: Dockerfile, builder: string): readonly LintWarning[] {
  return foreignFrontends(dockerfile).map(directive => ({
    line: directive.getRange().start.line + 1,
    text: `${builder} ignores the frontend ${directive.getValue()}`
  }))
}

/** What is written below a VOLUME after its declaration is dropped; BuildKit keeps it. */
export function lostInVolumes(
  dockerfile: Dockerfile,
  { builder, by }: { readonly builder: string; readonly by: readonly string[] }
): readonly LintWarning[] {
  const warnings: LintWarning[] = []
  let volumes: readonly string[] = []
  for (const instruction of dockerfile.getInstructions()) {
    const keyword = instruction.getKeyword()
    if (keyword === 'FROM') volumes = []
    if (keyword === 'VOLUME' && instruction instanceof JSONInstruction) volumes = [...volumes, ...wordsOf(instruction)]
    if (!by.includes(keyword)) continue
    const text = instruction.getArgumentsContent() ?? ''
    const lost = volumes.find(volume => volume.length > 1 && text.includes(volume))
    if (lost !== undefined)
      warnings.push(
        instructionWarning(instruction, `${builder} drops what is written below ${lost} after VOLUME ${lost}`)
      )
  }
  return warnings
}
