import type { HookContext } from '../../src/hooks/hook-context.ts'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { parseSettings } from '../../src/config/parse-settings.ts'
import { emptyTemplate } from '../../src/pod-template/hook-template.ts'
import { createTimings } from '../../src/support/timings.ts'
import { unexpectedCluster, type PartialCluster } from '../kubernetes/unexpected-cluster.ts'
import { recordingLogger } from '../support/recording-logger.ts'

/** A runner's disk, and a context whose cluster refuses every verb that a test does not expect. */
export interface HookCall {
  readonly context: HookContext
  readonly lines: readonly string[]
  readonly output: PassThrough
  readonly responseFile: string
  readonly remove: () => Promise<void>
}

export async function hookCall(
  expected: PartialCluster = {},
  env: Readonly<Record<string, string>> = {}
): Promise<HookCall> {
  const root = await mkdtemp(join(tmpdir(), 'k8s-hooks-'))
  const workFolder = join(root, '_work')
  await mkdir(join(workFolder, '_temp/_runner_file_commands'), { recursive: true })
  const logger = recordingLogger()
  const output = new PassThrough()
  return {
    context: {
      cluster: unexpectedCluster(expected),
      settings: parseSettings({ ACTIONS_RUNNER_POD_NAME: 'runner-abc', ...env }),
      logger,
      timings: createTimings(undefined, { command: 'test', logger }),
      output,
      agentProgram: () => 'agent',
      paths: {
        workFolder,
        workspace: join(workFolder, 'app/app'),
        externals: join(root, 'externals'),
        ownNode: 'node20',
        stateFolder: join(root, 'state'),
        actionArchiveCache: undefined
      },
      workflow: { repository: 'acme/app', 'run-id': '7', job: 'build' },
      cacheScope: 'acme/app',
      architecture: 'of no node',
      readTemplate: () => Promise.resolve(emptyTemplate)
    },
    lines: logger.lines,
    output,
    responseFile: join(root, 'response.json'),
    remove: () => rm(root, { recursive: true, force: true })
  }
}

export const neverAborted: AbortSignal = new AbortController().signal
