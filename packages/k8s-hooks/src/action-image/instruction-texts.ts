import { DockerfileParser } from 'dockerfile-ast'
import type { InstructionText } from '../builder/step-lines.ts'

/** Each instruction of a Dockerfile with its line, as it stands there. */
export function instructionTexts(content: string): readonly InstructionText[] {
  return DockerfileParser.parse(content)
    .getInstructions()
    .map(instruction => ({ line: instruction.getRange().start.line + 1, text: instruction.getTextContent() }))
}
