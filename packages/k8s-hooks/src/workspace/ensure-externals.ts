import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toBytePath } from './byte-path.ts'
import type { PodTools } from './pod-tools.ts'
import { runSync, type SyncOptions } from './run-sync.ts'
import { pushScope } from './sync-scope.ts'

export interface EnsureExternalsOptions extends Omit<SyncOptions, 'runnerRoot' | 'podRoot' | 'baselineName'> {
  readonly runnerExternals: string
  readonly podExternals: string
}

/** `/__e/node24/bin/node` → `node24` (contract 1.5); undefined for an entry point elsewhere. */
export function externalsVersionOf(entryPoint: string, podExternals: string): string | undefined {
  if (!entryPoint.startsWith(`${podExternals}/`)) return undefined
  const version = entryPoint.slice(podExternals.length + 1).split('/')[0] ?? ''
  return /^node\d+(_alpine)?$/.test(version) ? version : undefined
}

/**
 * Brings one of the runner's Node versions into the pod, whole, the first time it is asked for; then, and where it is mounted, it costs no exec.
 * @throws as `runSync`
 */
export async function ensureExternals(
  options: EnsureExternalsOptions,
  version: string,
  signal: AbortSignal
): Promise<void> {
  const { runnerExternals, podExternals, stateDir, tools } = options
  if (tools.kind === 'agent' && tools.mountedVersions.includes(version)) return
  const broughtFile = join(stateDir, `externals-${version}-${instanceOf(tools, options.podName)}`)
  if (tools.kind === 'agent' && existsSync(broughtFile)) return
  const podRoot = join(podExternals, version)
  const scope = pushScope()
  const own = ['bin/node'].filter(path => tools.kind === 'agent' && tools.command.includes(join(podRoot, path)))
  await runSync(
    { ...options, runnerRoot: join(runnerExternals, version), podRoot, baselineName: `externals-${version}` },
    { direction: 'into', scope: { ...scope, excluded: own.map(toBytePath) }, signal }
  )
  mkdirSync(dirname(broughtFile), { recursive: true })
  writeFileSync(broughtFile, '')
}

/** The agent's command holds a random word of its own, so a later pod of the same name is not taken for this one. */
const instanceOf = (tools: PodTools, podName: string): string =>
  createHash('sha256')
    .update(tools.kind === 'agent' ? tools.command.join('\0') : podName)
    .digest('hex')
    .slice(0, 16)
