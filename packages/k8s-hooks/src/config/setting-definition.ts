/** Begins the names of the hook's own variables. */
export const settingPrefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

/** One variable of the environment. docs/configuration.md is made from these, so the text is for operators. */
export interface SettingDefinition {
  readonly name: string
  /** Another spelling, which is read first. */
  readonly alias?: string
  readonly group: SettingGroup
  readonly type: 'text' | 'port' | 'seconds' | 'bytes' | 'boolean' | 'host' | 'hosts' | 'choice' | 'cpus' | 'memory'
  readonly choices?: readonly string[]
  /** What holds when the variable is not set, in words or as a value. */
  readonly default: string
  readonly example: string
  readonly meaning: string
}

export type SettingGroup = 'registry' | 'builder' | 'proxy' | 'job and steps' | 'ARC'
