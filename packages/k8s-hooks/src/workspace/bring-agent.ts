import { HookError } from '@k8s-hooks/hooklib'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../support/logger.ts'
import { systemSleep } from '../support/poll.ts'
import { bringFile, type BroughtFile } from './bring-file.ts'
import { toolMissing, type PodShell } from './pod-shell.ts'
import { agentTools, type PodTools } from './pod-tools.ts'
import { probePod, type PodProbe } from './probe-pod.ts'
import { repeatCut } from './repeat-cut.ts'
import { syncFailed } from './sync-failed.ts'

export interface BringAgentOptions extends PodShell {
  readonly logger: Logger
  /** Where the runner has its Node versions: `/home/runner/externals`. */
  readonly runnerExternals: string
  /** The one of them that runs this hook, and can run the agent: `node20`. */
  readonly ownNode: string
  /** Where they go in the pod: `/__e`. Contract 1.5 names entry points below it. */
  readonly podExternals: string
  /** Text of the agent's program. */
  readonly program: string
  /** Directory in the pod for it. */
  readonly podAgentDir: string
}

/**
 * Puts Node and the agent into a container. An agent that is there already is kept (one exec), and so is a Node that the operator has mounted.
 * Where Node does not run (an old C library, a volume that forbids programs), the image's `tar` has to do, with a warning.
 * @throws HookError `WORKSPACE_TOOL_MISSING` naming what the image lacks, `WORKSPACE_SYNC_FAILED`; what exec throws; the signal's reason
 */
export async function bringAgent(options: BringAgentOptions, signal: AbortSignal): Promise<PodTools> {
  const { podAgentDir, podExternals, program } = options
  const agent = join(podAgentDir, agentFileOf(program))
  const markerFile = join(podAgentDir, 'ready')
  return await asSync(options, signal, async () => {
    const probe = await probePod(options, { markerFile, podExternals }, signal)
    const { mountedVersions } = probe
    const key = keyOf(program)
    const [markedKey, markedNode, markedInstance] = probe.marker.split(' ')
    if (markedKey === key && markedNode !== undefined && markedInstance !== undefined) {
      return agentTools({ node: markedNode, agent, instance: markedInstance, mountedVersions })
    }
    const found = await bringNode(options, probe, signal)
    if (found.node === undefined) return tarInstead(options, probe, found.reason)
    const instance = randomUUID()
    const marker = { file: markerFile, text: `${key} ${found.node} ${instance}` }
    const file = { source: Buffer.from(program), target: agent, checkedBy: { node: found.node }, marker }
    await bringProgram(options, file, signal)
    return agentTools({ node: found.node, agent, instance, mountedVersions })
  })
}

interface FoundNode {
  /** Path in the pod; undefined when none runs there. */
  readonly node: string | undefined
  readonly reason: string
}

/** The build for the image's C library first; the other one is tried because a marker file can mislead. */
async function bringNode(
  options: BringAgentOptions,
  { isMusl, missingTools, mountedVersions }: PodProbe,
  signal: AbortSignal
): Promise<FoundNode> {
  const { runnerExternals, ownNode, podExternals } = options
  const missing = ['mkdir', 'cat', 'chmod', 'mv'].filter(tool => missingTools.includes(tool))
  if (missing.length > 0) return { node: undefined, reason: `the image has no ${missing.join(', ')}` }
  const versions = isMusl ? [`${ownNode}_alpine`, ownNode] : [ownNode, `${ownNode}_alpine`]
  let reason = `there is no ${ownNode} in ${runnerExternals}`
  for (const version of versions) {
    const source = join(runnerExternals, version, 'bin/node')
    const target = join(podExternals, version, 'bin/node')
    if (mountedVersions.includes(version)) return { node: target, reason: '' }
    if (!existsSync(source)) continue
    const result = await bringFile(options, { source, target, checkedBy: 'itself' }, signal)
    if (result.kind === 'brought') return { node: target, reason: '' }
    reason = result.reason
  }
  return { node: undefined, reason }
}

function tarInstead(options: BringAgentOptions, { missingTools }: PodProbe, reason: string): PodTools {
  const missing = ['tar', 'rm', 'rmdir', 'mkdir', 'cat'].filter(tool => missingTools.includes(tool))
  if (missing.length > 0) throw toolMissing(options, missing)
  options.logger.warning(
    `Node does not run in the job's image (${reason}): whole trees are copied by tar, which is slower.`
  )
  return { kind: 'tar' }
}

async function bringProgram(shell: PodShell, file: BroughtFile, signal: AbortSignal): Promise<void> {
  const result = await bringFile(shell, file, signal)
  if (result.kind === 'cannot-run') throw new Error(`Node does not run: ${result.reason}`)
}

/** Whether the tools that an earlier step brought are those of this hook: it may have been upgraded while the job runs. */
export const areToolsOf = (program: string, tools: PodTools): boolean =>
  tools.kind === 'tar' || tools.command.some(word => word.endsWith(`/${agentFileOf(program)}`))

/** The name tells agents of different hooks apart, and whoever lists the processes of the pod what it is. */
const agentFileOf = (program: string): string => `sync-agent-${keyOf(program)}.js`

const keyOf = (program: string): string => createHash('sha256').update(program).digest('hex').slice(0, 12)

async function asSync<T>({ podName, container }: PodShell, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await repeatCut(work, { signal, sleep: systemSleep, onRepeat: () => undefined })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof HookError) throw error
    throw syncFailed(error, { podName, container, direction: 'into', path: undefined })
  }
}
