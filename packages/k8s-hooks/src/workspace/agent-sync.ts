import { join } from 'node:path'
import type { AgentLine, SyncChannel } from './agent-line.ts'
import type { AgentHello, AgentWelcome } from './agent-hello.ts'
import { emptyBaseline, type Baseline } from './baseline.ts'
import type { BaselineFile } from './baseline-file.ts'
import { toBytePath, type BytePath } from './byte-path.ts'
import type { CarriedFiles } from './carried-files.ts'
import { carriedListOf } from './carried-list.ts'
import { createPodReader, expectFrame } from './pod-reader.ts'
import { receiveChanges } from './receive-changes.ts'
import { createReceiver, runnerRules } from './receiver.ts'
import { sendChanges } from './send-changes.ts'
import { isInScope, type SyncScope } from './sync-scope.ts'
import { assertSameTotals, type Totals } from './totals.ts'
import { findChanges } from './tree-changes.ts'

/** Two trees, where each keeps its baseline, and the agent between them. */
export interface AgentSyncTarget {
  readonly line: AgentLine
  readonly runnerRoot: string
  readonly podRoot: string
  readonly stateDir: string
  readonly podStateDir: string
  readonly baselineName: string
  readonly baselines: BaselineFile
}

export interface SyncAttempt {
  readonly scope: SyncScope
  readonly signal: AbortSignal
  readonly warn: (line: string) => void
  /** Hears which path is being worked on. */
  readonly onPath: (path: BytePath) => void
  /** Hears which path the pod's end failed at. */
  readonly onFailedPath: (path: BytePath) => void
  /** Of a pull: what the step before it brought into the pod by itself. */
  readonly carried?: CarriedFiles | undefined
}

/** One attempt to bring what changed on the runner into the pod. Throws SyncCut when it may be repeated. */
export async function pushOnce(target: AgentSyncTarget, attempt: SyncAttempt): Promise<Totals> {
  const { scope, signal, warn, onPath } = attempt
  return await target.line.talk(signal, async channel => {
    const baseline = baselineOf(target)
    const reader = createPodReader(channel.reader, attempt)
    await greet(channel, helloOf(target, { operation: 'push', baselineId: baseline.id, scope }))
    const tree = { root: toBytePath(target.runnerRoot), scope, warn }
    const [soFar, welcome] = await Promise.all([findChanges(tree, baseline.entries), expectFrame(reader, 'welcome')])
    const isKnown = forgetUnlessKnown(welcome, baseline)
    const changes = isKnown ? soFar : await findChanges(tree, baseline.entries)
    const sender = { ...tree, writer: channel.writer, baseline: baseline.entries, onPath }
    const [sent, applied] = await Promise.all([sendChanges(changes, sender), expectFrame(reader, 'result')])
    assertSameTotals(sent, applied)
    const isAsBefore = isKnown && changes.changed.length + changes.deleted.length === 0
    target.baselines[isAsBefore ? 'keep' : 'write'](baselineFileOf(target), baseline)
    return sent
  })
}

/** One attempt to bring what changed in the pod to the runner. Throws SyncCut when it may be repeated. */
export async function pullOnce(target: AgentSyncTarget, attempt: SyncAttempt): Promise<Totals> {
  const { scope, signal, warn, onPath } = attempt
  return await target.line.talk(signal, async channel => {
    const baseline = baselineOf(target)
    const reader = createPodReader(channel.reader, attempt)
    const carried = attempt.carried === undefined ? undefined : carriedListOf(attempt.carried)
    await greet(channel, helloOf(target, { operation: 'pull', baselineId: baseline.id, scope, carried }))
    let isTouched = !forgetUnlessKnown(await expectFrame(reader, 'welcome'), baseline)
    const receiver = createReceiver({
      root: toBytePath(target.runnerRoot),
      baseline: baseline.entries,
      rules: runnerRules(path => isInScope(path, scope)),
      warn,
      onPath: path => {
        isTouched = true
        onPath(path)
      }
    })
    // What has arrived counts although the rest may not come: else it would look like a change made on the runner.
    const totals = await receiveChanges(reader, receiver).finally(() => {
      if (isTouched) target.baselines.write(baselineFileOf(target), baseline)
    })
    if (!isTouched) target.baselines.keep(baselineFileOf(target), baseline)
    channel.writer.json('commit', null)
    await channel.writer.flush()
    assertSameTotals(totals, await expectFrame(reader, 'result'))
    return totals
  })
}

async function greet({ writer }: SyncChannel, hello: AgentHello): Promise<void> {
  writer.json('hello', hello)
  await writer.flush()
}

/** A pod without our baseline was begun anew: nothing is known of it. */
function forgetUnlessKnown(welcome: unknown, { entries }: Baseline): boolean {
  const { isKnown } = welcome as AgentWelcome
  if (!isKnown) entries.clear()
  return isKnown
}

function helloOf(
  { podRoot, podStateDir, baselineName }: AgentSyncTarget,
  rest: Omit<AgentHello, 'root' | 'stateDir' | 'baselineName'>
): AgentHello {
  return { root: podRoot, stateDir: podStateDir, baselineName, ...rest }
}

export const baselineFileOf = ({
  stateDir,
  baselineName
}: Pick<AgentSyncTarget, 'stateDir' | 'baselineName'>): string => join(stateDir, `${baselineName}.baseline`)

const baselineOf = (target: AgentSyncTarget): Baseline =>
  target.baselines.take(baselineFileOf(target)) ?? emptyBaseline()
