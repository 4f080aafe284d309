import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isNativeError } from 'node:util/types'
import type { HookPaths } from './hook-context.ts'

const folders = ['_temp', '_temp/_github_home', '_temp/_github_workflow', '_temp/_runner_file_commands']
const fileCommands = '_temp/_runner_file_commands'

/**
 * Lets whatever user an image has write what the runner reads after the step (contract 3): the runner makes these files for itself alone.
 * The workspace too: an image with a user of its own could check nothing out. For a shared work folder; in copy mode the pod's own copy is opened. What an earlier step took over stays as that step left it.
 */
export async function openToEveryUser({
  workFolder,
  workspace
}: Pick<HookPaths, 'workFolder' | 'workspace'>): Promise<void> {
  const files = (await readdir(join(workFolder, fileCommands)).catch(() => [])).map(name => join(fileCommands, name))
  await Promise.all([
    ...(workspace === undefined ? [] : [open(workspace, 0o777)]),
    ...folders.map(folder => open(join(workFolder, folder), 0o777)),
    ...files.map(file => open(join(workFolder, file), 0o666))
  ])
}

async function open(path: string, mode: number): Promise<void> {
  try {
    await chmod(path, mode)
  } catch (error) {
    if (!isNativeError(error) || !('code' in error) || !['ENOENT', 'EPERM'].includes(String(error.code))) throw error
  }
}
