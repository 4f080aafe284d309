import { realpath } from 'node:fs/promises'
import { isNativeError } from 'node:util/types'

/** Real paths of those roots that exist. */
export async function realRoots(roots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(roots.map(root => realPathOf(root)))
  return found.filter(root => root !== undefined)
}

/** The path with every link resolved; undefined when there is no such file. */
export async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}

/** Whether a real path is one of the real roots or stands below one. */
export function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some(root => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`))
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
