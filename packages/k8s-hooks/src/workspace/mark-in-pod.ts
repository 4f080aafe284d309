import type { AgentLine } from './agent-line.ts'
import { createPodReader, expectFrame } from './pod-reader.ts'

/** Makes an empty file in the pod, behind all that was sent before. @throws SyncCut when that is not certain; Error with the pod's words */
export async function markInPod(line: AgentLine, path: string, signal: AbortSignal): Promise<void> {
  await line.talk(signal, async ({ reader, writer }) => {
    writer.json('mark', path)
    await writer.flush()
    await expectFrame(createPodReader(reader, { warn: () => undefined, onFailedPath: () => undefined }), 'result')
  })
}
