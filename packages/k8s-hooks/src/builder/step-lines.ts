/** An instruction of a Dockerfile as it stands there. */
export interface InstructionText {
  /** Of its first line; the file's first is 1. */
  readonly line: number
  readonly text: string
}

/**
 * Finds the line of each step that a builder's log names. Builders print an instruction as one line, so blanks and
 * continuations do not count, nor does the platform of a FROM, which Buildah leaves out; the second step of the same words belongs to the second instruction of these words.
 */
export function createStepLines(instructions: readonly InstructionText[]): (step: string) => number | undefined {
  const rest = instructions.map(({ line, text }) => ({ line, key: keyOf(text) }))
  return step => {
    const index = rest.findIndex(({ key }) => key === keyOf(step))
    return index < 0 ? undefined : rest.splice(index, 1)[0]?.line
  }
}

function keyOf(text: string): string {
  return text
    .split('\n')
    .filter((line, index) => index === 0 || !/^\s*#/.test(line))
    .join('')
    .replace(/^(FROM)(?:\s+--\S+)+/i, '$1')
    .replace(/[\s\\`]+/g, '')
}
