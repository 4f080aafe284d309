import { HookError, type JsonObject } from '@k8s-hooks/hooklib'
import type { PodTools } from '../workspace/pod-tools.ts'

/**
 * What one hook hands to the next through the runner. In shared mode a step can write the file that carries it,
 * so it holds hints, never authority: names of pods and their owner are derived anew.
 */
export interface JobState {
  readonly mode: 'shared' | 'copy'
  /** Copy mode: what moves files at the pod's end. */
  readonly tools: PodTools | undefined
}

const version = 1

export function toStateJson({ mode, tools }: JobState): JsonObject {
  return { version, mode, ...(tools === undefined ? {} : { tools: toolsJson(tools) }) }
}

/**
 * The state of a job with a container.
 * @throws HookError `JOB_NOT_PREPARED` when there is none, as after a failed prepare_job
 */
export function parseJobState(json: JsonObject | null): JobState {
  const mode = json?.['mode']
  if (json === null || json['version'] !== version || (mode !== 'shared' && mode !== 'copy')) {
    throw new HookError('JOB_NOT_PREPARED', 'There is no job pod: "Initialize containers" did not succeed.', {
      hint: 'See the log of "Initialize containers" for the reason.'
    })
  }
  return { mode, tools: parseTools(json['tools']) }
}

function toolsJson(tools: PodTools): JsonObject {
  if (tools.kind === 'tar') return { kind: 'tar' }
  const { command, mountedVersions } = tools
  return { kind: 'agent', command, ...(mountedVersions.length === 0 ? {} : { mountedVersions }) }
}

function parseTools(json: JsonObject[string] | undefined): PodTools | undefined {
  if (typeof json !== 'object' || json === null || !('kind' in json)) return undefined
  if (json['kind'] === 'tar') return { kind: 'tar' }
  const command = parseWords(json['command'])
  if (json['kind'] !== 'agent' || command === undefined || command.length === 0) return undefined
  return { kind: 'agent', command, mountedVersions: parseWords(json['mountedVersions']) ?? [] }
}

function parseWords(json: JsonObject[string] | undefined): readonly string[] | undefined {
  if (!Array.isArray(json)) return undefined
  const words = json.filter(word => typeof word === 'string')
  return words.length === json.length ? words : undefined
}
