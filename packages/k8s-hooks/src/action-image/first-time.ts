import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from './confine.ts'

/** Whether this text comes up for the first time; the folder remembers it for whoever asks next, other processes too. */
export async function isFirstTime(folder: string, text: string): Promise<boolean> {
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16)
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(join(folder, `${name}.said`), text, { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}
