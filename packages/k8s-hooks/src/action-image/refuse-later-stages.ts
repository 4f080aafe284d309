import { HookError } from '@k8s-hooks/hooklib'
import { Copy, From, type Instruction } from 'dockerfile-ast'
import { flagValue } from './paths-taken.ts'

/**
 * Refuses a stage that takes files of itself or of one further down: Docker finds a circle there, and other builders look
 * for an image of that name. Throws HookError DOCKERFILE_INVALID.
 */
export function refuseLaterStages(instructions: readonly Instruction[]): void {
  const names = instructions.flatMap(instruction => (instruction instanceof From ? [nameOf(instruction)] : []))
  let stage = -1
  for (const instruction of instructions) {
    if (instruction instanceof From) stage++
    if (!(instruction instanceof Copy)) continue
    const from = flagValue(instruction, 'from')?.toLowerCase()
    if (from === undefined || !isOwnOrLater(from, stage, names)) continue
    throw new HookError(
      'DOCKERFILE_INVALID',
      `Line ${instruction.getRange().start.line + 1} of the Dockerfile: --from=${from} is the stage itself or one further down.`,
      { hint: 'A stage can take files only of the stages above it: change their order, or split one.' }
    )
  }
}

function isOwnOrLater(from: string, stage: number, names: readonly (string | undefined)[]): boolean {
  if (/^\d+$/.test(from)) return Number(from) >= stage
  return !names.slice(0, stage).includes(from) && names.slice(stage).includes(from)
}

/** Names of stages are the same in upper and in lower case. */
function nameOf(from: From): string | undefined {
  return from.getBuildStage()?.toLowerCase()
}
