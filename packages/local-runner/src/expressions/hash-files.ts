import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { data } from '@actions/expressions'
import type { ExpressionFunction } from './expression-scope.ts'
import { globPattern } from './glob-pattern.ts'

const followOption = '--follow-symbolic-links'

/**
 * `hashFiles()`: it reads the workspace on the runner's own disk, in jobs with a container too (3).
 * The result is the SHA-256 over the SHA-256 of each file, in the order of the walk; empty when nothing matches.
 */
export function hashFilesFunction(workspace: string): ExpressionFunction {
  return {
    name: 'hashFiles',
    minArgs: 1,
    maxArgs: 255,
    call: (...args) =>
      new data.StringData(
        hashFiles(
          workspace,
          args.map(arg => arg.coerceString())
        )
      )
  }
}

export function hashFiles(workspace: string, args: readonly string[]): string {
  const [first] = args
  if (first?.startsWith('--') === true && first !== followOption) {
    throw new Error(`Invalid glob option ${first}, avaliable option: '${followOption}'.`)
  }
  const follow = first === followOption
  const matches = matcher(workspace, follow ? args.slice(1) : args)
  const whole = createHash('sha256')
  let found = false
  for (const path of filesUnder(workspace, follow)) {
    if (!matches(path)) continue
    found = true
    whole.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return found ? whole.digest('hex') : ''
}

/** Later patterns override earlier ones; `!` takes files out. */
function matcher(workspace: string, patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns
    .flatMap(pattern => pattern.split('\n'))
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '' && !pattern.startsWith('#'))
    .map(pattern => {
      const excludes = pattern.startsWith('!')
      return { excludes, test: globPattern(resolve(workspace, excludes ? pattern.slice(1) : pattern)) }
    })
  return path => rules.reduce((matched, { excludes, test }) => (test(path) ? !excludes : matched), false)
}

function* filesUnder(directory: string, follow: boolean): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(directory, entry.name)
    const kind = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry
    if (kind?.isFile() === true) yield path
    else if (kind?.isDirectory() === true && (follow || !entry.isSymbolicLink())) yield* filesUnder(path, follow)
  }
}
