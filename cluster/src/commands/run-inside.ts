import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { ClusterLayout } from '../cluster-layout.ts'
import { insideNetwork } from '../host/network-namespace.ts'

export interface Terminal {
  readonly environment: NodeJS.ProcessEnv
  /** On a terminal Ctrl-C reaches the command by itself. */
  readonly isInteractive: boolean
  readonly onSignal: (signal: NodeJS.Signals, listener: () => void) => void
}

const passedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/**
 * Runs a command in the cluster's network, with the cluster's DNS (in a mount namespace of its own, so that the machine's
 * /etc/resolv.conf stays as it is), KUBECONFIG and kubectl. Input, output and signals are the command's own.
 * @returns its exit code; 128 + n when signal n ended it
 */
export async function runCommandInside(
  layout: ClusterLayout,
  command: readonly string[],
  { environment, isInteractive, onSignal }: Terminal
): Promise<number> {
  const bind = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
  const [program, args] = insideNetwork(layout.networkNamespace, [
    ...['unshare', '--mount', '--propagation', 'private'],
    ...['sh', '-c', bind, 'run', `${layout.etc}/client-resolv.conf`, ...command]
  ])
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: {
      ...environment,
      KUBECONFIG: layout.kubeconfig,
      PATH: `${layout.bin}:${environment['PATH'] ?? ''}`,
      K8S_HOOKS_CLUSTER_NAME: layout.name,
      K8S_HOOKS_CLUSTER_DIR: layout.stateDir
    }
  })
  for (const signal of passedSignals) {
    onSignal(signal, () => {
      if (signal !== 'SIGINT' || !isInteractive) child.kill(signal)
    })
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
