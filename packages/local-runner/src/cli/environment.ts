/** Makes the worker's environment from that of the process (1.8). */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  own: { readonly hookPath: string; readonly trackingId: string }
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('ACTIONS_RUNNER_INPUT_')
  )
  return {
    ...Object.fromEntries(kept),
    ACTIONS_RUNNER_CONTAINER_HOOKS: own.hookPath,
    RUNNER_TRACKING_ID: own.trackingId
  }
}

/** The tool cache when it is not `_work/_tool` (1.3). */
export function toolCacheOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env['RUNNER_TOOL_CACHE'] ?? env['RUNNER_TOOLSDIRECTORY'] ?? env['AGENT_TOOLSDIRECTORY']
}

export function architectureOf(arch: string): string {
  return arch.toUpperCase()
}
