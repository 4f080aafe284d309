import type { PodCommand } from '../../src/exec/pod-command.ts'

export function commandOf(argv: readonly string[], changes: Partial<PodCommand> = {}): PodCommand {
  return { id: 'step', argv, env: {}, prependPath: [], workingDirectory: '/', ...changes }
}

export function script(text: string, changes: Partial<PodCommand> = {}): PodCommand {
  return commandOf(['sh', '-c', text], changes)
}
