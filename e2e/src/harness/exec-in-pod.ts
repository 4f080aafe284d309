import { randomUUID } from 'node:crypto'
import { type KubectlOptions, type KubectlResult, tryKubectl } from './kubectl.ts'

export interface PodContainer {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

export type ExecInPod = (
  command: readonly string[],
  options?: Pick<KubectlOptions, 'input' | 'onOutput'>
) => Promise<KubectlResult>

/**
 * Runs a command, keeps what it says in a folder, and prints the exit code behind the output. The folders of earlier calls go first: what a test
 * looks for on the disk must not be found in its own output.
 */
const run = `folder=$1; shift
while [ "$1" != -- ]; do rm -rf "$1"; shift; done; shift
mkdir "$folder" && mkfifo "$folder/1" "$folder/2" || exit
tee -p "$folder/stdout" <"$folder/1" & tee -p "$folder/stderr" <"$folder/2" >&2 &
"$@" >"$folder/1" 2>"$folder/2"; code=$?
wait; echo $code >"$folder/code.new"; mv "$folder/code.new" "$folder/code"; printf '\\0%d' $code >&2`

const fetchKept = `cd "$1" && while [ ! -e code ]; do sleep 0.5; done && cat stdout && cat stderr >&2 && printf '\\0%d' "$(cat code)" >&2`

const codeAtEnd = /\0(\d+)$/
const mostFetches = 5

/**
 * Commands in a container that has `sh` and GNU `tee`. A result is the command's own, whatever becomes of the connection: kubectl's exit code is 0
 * when the connection between API server and node ends without a word, and what was under way is lost. Then it is asked for again.
 * Throws when nothing can be learnt of a command for which kubectl reports success.
 */
export function createExecInPod({ namespace, pod, container }: PodContainer, kubectl = tryKubectl): ExecInPod {
  const exec = ['-n', namespace, 'exec', '-i', pod, '-c', container, '--', 'sh', '-c']
  const arrived: string[] = []
  return async (command, { input, onOutput } = {}) => {
    const folder = `/tmp/exec-${randomUUID()}`
    const heard = { stdout: 0, stderr: 0 }
    const first = await kubectl([...exec, run, 'sh', folder, ...arrived.splice(0), '--', ...command], {
      ...(input === undefined ? {} : { input }),
      onOutput: (text, stream) => {
        heard[stream] += text.length
        onOutput?.(text.replace(codeAtEnd, ''), stream)
      }
    })
    const result = ownResult(first) ?? (await fetchResult(folder, first))
    arrived.push(folder)
    for (const stream of ['stdout', 'stderr'] as const) {
      const unheard = result[stream].slice(heard[stream])
      if (unheard !== '') onOutput?.(unheard, stream)
    }
    return result
  }

  /** Where nothing was kept, kubectl's own words say why, unless they speak of a success. */
  async function fetchResult(folder: string, first: KubectlResult): Promise<KubectlResult> {
    let last = first
    for (let tries = 0; tries < mostFetches; tries++) {
      last = await kubectl([...exec, fetchKept, 'sh', folder])
      const result = ownResult(last)
      if (result !== undefined) return result
    }
    if (first.exitCode !== 0) return first
    throw new Error(`What a command said in pod ${pod} could not be fetched: ${last.stderr.trim()}`)
  }
}

/** Undefined when the end of the command's output is missing. */
function ownResult({ stdout, stderr }: KubectlResult): KubectlResult | undefined {
  const code = codeAtEnd.exec(stderr)?.[1]
  return code === undefined ? undefined : { exitCode: Number(code), stdout, stderr: stderr.replace(codeAtEnd, '') }
}
