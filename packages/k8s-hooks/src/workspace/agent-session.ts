import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toBytePath, type BytePath } from './byte-path.ts'
import type { AgentHello, AgentWelcome } from './agent-hello.ts'
import type { Frame } from './frame.ts'
import { emptyBaseline, type Baseline } from './baseline.ts'
import type { BaselineFile } from './baseline-file.ts'
import { rememberCarried } from './carried-list.ts'
import { parseJson, receiveChanges, unexpected } from './receive-changes.ts'
import { createReceiver, podRules } from './receiver.ts'
import { sendChanges } from './send-changes.ts'
import type { SyncChannel } from './agent-line.ts'
import { raiseFence, type FenceCheck } from './sync-fence.ts'
import { findChanges } from './tree-changes.ts'

interface Session extends SyncChannel {
  readonly hello: AgentHello
  readonly baseline: Baseline
  readonly isKnown: boolean
  /** Nothing was changed: what the file says still holds. */
  readonly keep: () => void
  readonly save: () => void
  readonly fence: FenceCheck
  readonly onPath: (path: BytePath) => void
  readonly warn: (line: string) => void
}

/** Serves the push, pull or mark that `first` asks for. Throws SyncCut when the conversation breaks off, else what the file system throws. */
export async function serveSync(
  first: Frame,
  { reader, writer }: SyncChannel,
  { baselines, onPath }: { readonly baselines: BaselineFile; readonly onPath: (path: BytePath) => void }
): Promise<void> {
  if (first.type === 'mark') {
    writeFileSync(String(parseJson(first)), '')
    writer.json('result', null)
    await writer.flush()
    return
  }
  if (first.type !== 'hello') throw unexpected(first)
  const hello = parseJson(first) as AgentHello
  const file = join(hello.stateDir, `${hello.baselineName}.baseline`)
  const fence = raiseFence(`${file}.owner`)
  const found = baselines.take(file)
  const isKnown = found?.id === hello.baselineId
  const baseline = isKnown ? found : emptyBaseline(hello.baselineId)
  const welcome: AgentWelcome = { isKnown }
  writer.json('welcome', welcome)
  await writer.flush()
  const save = (): void => {
    fence({ always: true })
    baselines.write(file, baseline)
  }
  const session = {
    reader,
    writer,
    hello,
    baseline,
    isKnown,
    keep: () => baselines.keep(file, baseline),
    save,
    fence,
    onPath,
    warn: (line: string) => writer.json('warning', line)
  }
  await (hello.operation === 'push' ? servePush(session) : servePull(session))
}

async function servePush({
  reader,
  writer,
  hello,
  baseline,
  isKnown,
  keep,
  save,
  fence,
  onPath,
  warn
}: Session): Promise<void> {
  mkdirSync(hello.root, { recursive: true })
  const receiver = createReceiver({
    root: toBytePath(hello.root),
    baseline: baseline.entries,
    rules: podRules,
    warn,
    onPath: path => {
      onPath(path)
      fence()
    }
  })
  try {
    const totals = await receiveChanges(reader, receiver)
    if (isKnown && totals.files + totals.deleted === 0) keep()
    else save()
    writer.json('result', totals)
  } catch (error) {
    // What has arrived counts although the rest did not come: else it would look like a change made in the pod.
    if (isKnown) save()
    throw error
  }
  await writer.flush()
}

async function servePull(session: Session): Promise<void> {
  const { reader, writer, hello, baseline, isKnown, keep, save, onPath, warn } = session
  const tree = { root: toBytePath(hello.root), scope: hello.scope, warn }
  const carried = isKnown ? hello.carried : undefined
  if (carried !== undefined) rememberCarried(carried, baseline.entries, tree)
  const changes = await findChanges(tree, baseline.entries)
  const totals = await sendChanges(changes, { ...tree, writer, baseline: baseline.entries, onPath })
  const answer = await reader.next()
  if (answer.type !== 'commit') throw unexpected(answer)
  if (changes.changed.length + changes.deleted.length > 0 || carried !== undefined) save()
  else keep()
  writer.json('result', totals)
  await writer.flush()
}
