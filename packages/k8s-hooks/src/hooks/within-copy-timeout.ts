import { HookError } from '@k8s-hooks/hooklib'
import { settingDefinitions } from '../config/schema.ts'
import type { Settings } from '../config/settings.ts'

export interface CopyLimits {
  readonly settings: Pick<Settings, 'copyTimeoutMs'>
  readonly podName: string
  readonly signal: AbortSignal
}

/**
 * Carries files with a signal that aborts with the outer one, and when the time is over.
 * @throws HookError `COPY_TIMEOUT` in the latter case
 */
export async function withinCopyTimeout<T>(
  { settings, podName, signal }: CopyLimits,
  carry: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const { copyTimeoutMs } = settings
  const timeout = AbortSignal.timeout(copyTimeoutMs)
  try {
    return await carry(AbortSignal.any([signal, timeout]))
  } catch (cause) {
    if (!timeout.aborted || signal.aborted) throw cause
    throw new HookError(
      'COPY_TIMEOUT',
      `The files of the step were not carried between the runner and pod ${podName} within ${copyTimeoutMs / 1000} s.`,
      { hint: `${settingDefinitions.copyTimeout.name} sets the limit.`, cause }
    )
  }
}
