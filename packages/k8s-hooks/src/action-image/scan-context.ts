import type { Stats } from 'node:fs'
import { lstat, readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HookError } from '@k8s-hooks/hooklib'
import { bytesInWords } from '../builder/amounts.ts'
import { hasCode } from './confine.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import type { LocatedDockerfile } from './locate.ts'

export interface ContextEntry {
  /** Relative to the context. */
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink'
  /** Permission bits, setuid, setgid and sticky included. */
  readonly mode: number
  /** Bytes of a file; 0 for the rest. */
  readonly size: number
  /** Target of a symbolic link as it is written; it is stored, never followed. */
  readonly target?: string
  /** Where a file's content lies. */
  readonly source: string
}

export interface ScannedContext {
  /** Sorted by path, so that equal contexts give equal streams. */
  readonly entries: readonly ContextEntry[]
  /** Sum of the sizes of the files. */
  readonly bytes: number
  /** What was left out, one sentence each. */
  readonly warnings: readonly string[]
}

export interface ScanOptions {
  readonly rules: IgnoreRules
  readonly maxBytes: number
}

/** Lists what goes into the build context. Throws HookError: CONTEXT_TOO_BIG, CONTEXT_UNREADABLE. */
export async function scanContext(
  located: LocatedDockerfile,
  { rules, maxBytes }: ScanOptions
): Promise<ScannedContext> {
  const pinned = new Map([[located.dockerfilePath, located.realPath]])
  if (rules.file !== undefined) pinned.set(rules.file.path, rules.file.realPath)
  const walk: Walk = { root: located.contextRoot, rules, pinned, warnings: [] }
  const entries = await entriesBelow('', walk)
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
  if (bytes > maxBytes) throw tooBig(located.contextRoot, { entries, bytes, maxBytes })
  return { entries, bytes, warnings: walk.warnings.sort() }
}

interface Walk {
  readonly root: string
  readonly rules: IgnoreRules
  /** The Dockerfile and the .dockerignore go in whatever the rules say, as Docker does, and as files even where they are links. */
  readonly pinned: ReadonlyMap<string, string>
  readonly warnings: string[]
}

async function entriesBelow(directory: string, walk: Walk): Promise<ContextEntry[]> {
  const names = await readNames(directory, walk)
  const nested = await Promise.all(names.map(name => entriesAt(directory === '' ? name : `${directory}/${name}`, walk)))
  return nested.flat()
}

async function entriesAt(path: string, walk: Walk): Promise<ContextEntry[]> {
  const source = join(walk.root, path)
  const pinnedSource = walk.pinned.get(path)
  if (pinnedSource !== undefined) return [fileEntry(path, pinnedSource, await stat(pinnedSource))]
  const ignored = walk.rules.ignores(path)
  if (ignored && !walk.rules.hasExceptions) return []
  const status = await statusOf(source)
  if (status === undefined) return []
  if (status.isDirectory()) {
    const below = await entriesBelow(path, walk)
    const entry: ContextEntry = { path, kind: 'directory', mode: status.mode & 0o7777, size: 0, source }
    return ignored && below.length === 0 ? [] : [entry, ...below]
  }
  if (ignored) return []
  if (status.isFile()) return [fileEntry(path, source, status)]
  if (status.isSymbolicLink())
    return [{ path, kind: 'symlink', mode: 0o777, size: 0, target: await readlink(source), source }]
  walk.warnings.push(`${path} is neither file, directory nor link; it is left out of the build context.`)
  return []
}

/** undefined: gone since its directory was read. */
async function statusOf(source: string): Promise<Stats | undefined> {
  try {
    return await lstat(source)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function fileEntry(path: string, source: string, status: Stats): ContextEntry {
  return { path, kind: 'file', mode: status.mode & 0o7777, size: status.size, source }
}

async function readNames(directory: string, { root, warnings }: Walk): Promise<readonly string[]> {
  const raw = await readdir(join(root, directory), { encoding: 'buffer' }).catch((cause: unknown) => {
    throw new HookError('CONTEXT_UNREADABLE', `${join(root, directory)} cannot be read by the runner.`, {
      hint: 'An earlier step made it as another user: let that step run chmod -R a+rX on it, or name it in .dockerignore.',
      cause
    })
  })
  return raw.flatMap(bytes => {
    const name = bytes.toString('utf8')
    if (Buffer.from(name).equals(bytes)) return [name]
    warnings.push(`${join(directory, name)}: the name is not UTF-8; it is left out of the build context.`)
    return []
  })
}

function tooBig(
  root: string,
  { entries, bytes, maxBytes }: { entries: readonly ContextEntry[]; bytes: number; maxBytes: number }
): HookError {
  const biggest = [...entries]
    .sort((a, b) => b.size - a.size)
    .slice(0, 5)
    .map(({ path, size }) => `${path} (${bytesInWords(size)})`)
  return new HookError(
    'CONTEXT_TOO_BIG',
    `The build context ${root} holds ${bytesInWords(bytes)}; at most ${bytesInWords(maxBytes)} are allowed. The biggest: ${biggest.join(', ')}.`,
    {
      hint: 'Name what the image does not need in .dockerignore, or raise ACTIONS_RUNNER_CONTAINER_HOOKS_BUILD_CONTEXT_MAX_BYTES.'
    }
  )
}
