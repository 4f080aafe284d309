import { tryKubectl, type KubectlOptions, type KubectlResult } from './kubectl.ts'

export interface PodContainer {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** Prints the exit code behind the output. */
const script = `"$@"; printf '\\0%d' $? >&2`
const codeAtEnd = /\0(\d+)$/

/**
 * Runs a command in a container that has `sh`, and returns the command's own exit code. kubectl's would be 0 when the connection between API server
 * and node broke: the API server takes an end without a word for a success.
 * @throws Error when kubectl succeeded without that code
 */
export async function execInPod(
  { namespace, pod, container }: PodContainer,
  command: readonly string[],
  { input, onOutput }: Pick<KubectlOptions, 'input' | 'onOutput'> = {}
): Promise<KubectlResult> {
  const args = ['-n', namespace, 'exec', '-i', pod, '-c', container, '--', 'sh', '-c', script, 'sh', ...command]
  const { exitCode, stdout, stderr } = await tryKubectl(args, {
    ...(input === undefined ? {} : { input }),
    ...(onOutput === undefined ? {} : { onOutput: text => onOutput(text.replace(codeAtEnd, '')) })
  })
  const code = codeAtEnd.exec(stderr)?.[1]
  if (code !== undefined) return { exitCode: Number(code), stdout, stderr: stderr.replace(codeAtEnd, '') }
  if (exitCode !== 0) return { exitCode, stdout, stderr }
  throw new Error(`The exec of ${command.join(' ')} in pod ${pod} was cut behind the API server: ${stderr}`)
}
