import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'

/** The program as a path, looked up in `path`; undefined when it is nowhere. */
export function findProgram(name: string, path: string): string | undefined {
  if (name.includes('/')) return isProgram(name) ? name : undefined
  return path
    .split(':')
    .filter(directory => directory !== '')
    .map(directory => join(directory, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
