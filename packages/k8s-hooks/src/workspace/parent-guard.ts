import { mkdirSync, statSync, unlinkSync } from 'node:fs'
import { bytesOf, joinBytePath, parentOf, readableOf, type BytePath } from './byte-path.ts'
import { isDirectory, lookAt } from './look-at.ts'

/** Keeps a receiver from writing anywhere but below its root: no link is ever passed on the way to a path. */
export interface ParentGuard {
  /** Makes every directory above `path` a real one; a link or file that stands there is replaced. */
  readonly ensure: (path: BytePath) => void
  /** Whether every directory above `path` is a real one. */
  readonly isReal: (path: BytePath) => boolean
  /** To be called when a directory may have gone. */
  readonly forget: () => void
}

export interface ParentGuardOptions {
  /** Absolute. */
  readonly root: BytePath
  /** In the pod a step may have put a link to a directory; there the runner is trusted and files go where the link leads. */
  readonly followsLinks: boolean
  readonly warn: (line: string) => void
}

export function createParentGuard({ root, followsLinks, warn }: ParentGuardOptions): ParentGuard {
  const ensured = new Set<BytePath>([''])
  const real = new Set<BytePath>([''])

  const ensureDirectory = (directory: BytePath): void => {
    if (ensured.has(directory)) return
    ensureDirectory(parentOf(directory))
    const absolute = bytesOf(joinBytePath(root, directory))
    const found = lookAt(joinBytePath(root, directory))
    if (!isDirectory(found) && !(followsLinks && leadsToDirectory(absolute))) {
      if (found !== 'absent') {
        warn(`${readableOf(directory)} was no directory; it is replaced by one.`)
        unlinkSync(absolute)
      }
      mkdirSync(absolute, 0o755)
    }
    ensured.add(directory)
  }
  const isRealDirectory = (directory: BytePath): boolean => {
    if (real.has(directory)) return true
    const is = isRealDirectory(parentOf(directory)) && isDirectory(lookAt(joinBytePath(root, directory)))
    if (is) real.add(directory)
    return is
  }

  return {
    ensure: path => ensureDirectory(parentOf(path)),
    isReal: path => isRealDirectory(parentOf(path)),
    forget: () => {
      for (const known of [ensured, real]) {
        known.clear()
        known.add('')
      }
    }
  }
}

const leadsToDirectory = (absolute: Buffer): boolean =>
  statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true
