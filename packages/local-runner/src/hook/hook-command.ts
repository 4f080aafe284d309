import { join } from 'node:path'
import { decodeEntryPointArgs } from '@k8s-hooks/hooklib'
import type { Layout } from '../job/layout.ts'

export interface HookCommand {
  /** As the log shows it, with `{0}` for the path. */
  readonly shell: string
  readonly file: string
  readonly args: readonly string[]
}

/**
 * How a hook file is started: `.js` by the runner's own Node (1.8), `.sh` by bash.
 *
 * @throws Error for any other file, and for PowerShell, which local-runner does not start
 */
export function hookCommand(hookPath: string, layout: Layout, env: Environment): HookCommand {
  const shell = shellOf(hookPath, layout, env)
  // The path is not quoted: a blank in it cuts it in two, here as there.
  const [file = '', ...args] = decodeEntryPointArgs([shell.replace('{0}', hookPath)])
  return { shell, file, args }
}

type Environment = Readonly<Record<string, string | undefined>>

function shellOf(hookPath: string, layout: Layout, env: Environment): string {
  if (hookPath.endsWith('.js')) return `${join(layout.externals, internalNode(env), 'bin', 'node')} {0}`
  if (hookPath.endsWith('.sh')) return 'bash --noprofile --norc -e -o pipefail {0}'
  if (hookPath.endsWith('.ps1')) throw new Error(`${hookPath}: hooks in PowerShell are not supported by local-runner.`)
  throw new Error(`${hookPath} is not a valid path to a script. Make sure it ends in '.sh', '.ps1' or '.js'.`)
}

/** The runner's own environment may ask for another one that it brings (`NodeUtil.GetInternalNodeVersion` of the runner). */
function internalNode(env: Environment): string {
  const wish = env['ACTIONS_RUNNER_FORCED_INTERNAL_NODE_VERSION'] ?? ''
  return ['node20', 'node24'].includes(wish) ? wish : 'node20'
}
