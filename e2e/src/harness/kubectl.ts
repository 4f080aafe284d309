import { spawn } from 'node:child_process'

export interface KubectlOptions {
  /** Sent to stdin. */
  readonly input?: string | Buffer
  /** Called with each piece of output as it comes, stdout and stderr. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void
  readonly env?: Readonly<Record<string, string>>
}

export interface KubectlResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl on the PATH against KUBECONFIG and returns whatever its exit code is. */
export async function tryKubectl(args: readonly string[], options: KubectlOptions = {}): Promise<KubectlResult> {
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    options.onOutput?.(text, 'stdout')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    options.onOutput?.(text, 'stderr')
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 1))
  })
  return { exitCode, stdout, stderr }
}

/** Runs kubectl and returns stdout; throws with kubectl's own words when it fails. */
export async function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await tryKubectl(args, options)
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')} failed (${exitCode}): ${stderr.trim()}`)
  return stdout
}

/**
 * Creates or changes objects. The server refuses fields that it does not know; kubectl, asked to look for them, would load the
 * schema of everything first.
 */
export async function apply(...objects: readonly object[]): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '--validate=false', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  })
}
