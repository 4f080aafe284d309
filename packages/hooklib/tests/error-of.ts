import { HookError } from '../src/index.ts'

/** The HookError that `work` throws; anything else fails the test. */
export function errorOf(work: () => unknown): HookError {
  try {
    work()
  } catch (error) {
    if (error instanceof HookError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
