import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'

import { HookError } from './hook-error.ts'
import type { HookResponse } from './hook-response.ts'

/**
 * Replaces the response file that the runner created (contract 1.9) in one step: the runner never reads half of it,
 * and what a step of the job put there in a shared volume, a symbolic link included, is gone rather than followed.
 * Throws `RESPONSE_NOT_WRITTEN`.
 */
export async function writeResponse(path: string, response: HookResponse): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, JSON.stringify(response), { flag: 'wx', mode: 0o600 })
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new HookError('RESPONSE_NOT_WRITTEN', `The response file ${path} could not be written.`, {
      hint: 'The runner user must be able to write to that directory, and its disk must not be full.',
      cause
    })
  }
}
