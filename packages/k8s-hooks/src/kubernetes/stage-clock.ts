import { settingDefinitions } from '../config/schema.ts'
import type { Settings } from '../config/settings.ts'
import type { PodStage } from './pod-stage.ts'

/** How long a pod may take. Time in a stage with a limit of its own does not count for the whole. */
export interface PodLimits {
  readonly timeoutMs: number
  readonly stageTimeoutsMs?: Settings['stageTimeoutsMs']
}

export type StageTimes = Readonly<Record<PodStage, number>>

/** A limit that a pod has reached. */
export interface ReachedLimit {
  readonly words: string
  readonly limitMs: number
  /** The variable that sets it. */
  readonly setting: string
}

export interface StageClock {
  /** Counts the time since the last look for the stage in which the pod was then. */
  readonly look: (stage: PodStage) => void
  readonly spentMs: () => StageTimes
  readonly reached: () => ReachedLimit | undefined
}

const stages: Readonly<Record<PodStage, { readonly words: string; readonly setting: string }>> = {
  schedule: { words: 'had no node', setting: settingDefinitions.scheduleTimeout.name },
  pull: { words: 'had not all of its images and volumes', setting: settingDefinitions.pullTimeout.name },
  start: { words: 'was not ready, though its containers were started,', setting: settingDefinitions.startTimeout.name }
}

export function startStageClock({ timeoutMs, stageTimeoutsMs }: PodLimits, now: () => number): StageClock {
  const spentMs: Record<PodStage, number> = { schedule: 0, pull: 0, start: 0 }
  let current: PodStage = 'schedule'
  let lastMs = now()
  const limitOf = (stage: PodStage): number | undefined => stageTimeoutsMs?.[stage]
  return {
    look: stage => {
      const nowMs = now()
      spentMs[current] += nowMs - lastMs
      lastMs = nowMs
      current = stage
    },
    spentMs: () => ({ ...spentMs }),
    reached: () => {
      const limitMs = limitOf(current)
      if (limitMs !== undefined) return spentMs[current] >= limitMs ? { ...stages[current], limitMs } : undefined
      const all: readonly PodStage[] = ['schedule', 'pull', 'start']
      const withoutOwnMs = all
        .filter(stage => limitOf(stage) === undefined)
        .reduce((sum, stage) => sum + spentMs[stage], 0)
      if (withoutOwnMs < timeoutMs) return undefined
      return { words: 'was not ready', limitMs: timeoutMs, setting: settingDefinitions.prepareJobTimeout.name }
    }
  }
}
