import { lstatSync, type Stats } from 'node:fs'
import { fsPathOf, type BytePath } from './byte-path.ts'
import { errorCodeOf } from './error-code.ts'

/** What stands at an absolute path, links not followed: its status, `absent`, or `hidden` where we may not look. */
export function lookAt(absolute: BytePath): Stats | 'absent' | 'hidden' {
  try {
    return lstatSync(fsPathOf(absolute), { throwIfNoEntry: false }) ?? 'absent'
  } catch (error) {
    if (errorCodeOf(error) === 'EACCES') return 'hidden'
    throw error
  }
}

export const isDirectory = (found: Stats | 'absent' | 'hidden'): boolean =>
  typeof found === 'object' && found.isDirectory()
