import type { ContextObject } from '../expressions/context-value.ts'
import type { Layout } from '../job/layout.ts'
import type { Machine } from '../job/machine.ts'

/** The `runner` context; every text in it is also `RUNNER_*`. */
export function createRunnerContext(layout: Layout, machine: Machine, debug: boolean): ContextObject {
  return {
    os: 'Linux',
    arch: machine.architecture,
    name: machine.hostName,
    environment: 'self-hosted',
    ...(debug ? { debug: '1' } : {}),
    tool_cache: layout.tools,
    temp: layout.temp,
    workspace: layout.pipeline
  }
}
