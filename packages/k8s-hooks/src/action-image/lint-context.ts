import { normalize } from 'node:path/posix'
import { Add, Copy, DockerfileParser } from 'dockerfile-ast'
import type { BuilderSettings } from '../config/settings.ts'
import { instructionWarning, type LintWarning } from './lint-warning.ts'
import { flagValue, pathsTaken } from './paths-taken.ts'
import type { ContextEntry } from './scan-context.ts'

const setuidAndSetgid = 0o6000
const namesShown = 3

/** What the chosen builder makes in silence of these files otherwise than Docker would. Empty for a Dockerfile that copies none of them. */
export function lintContext(
  content: string,
  entries: readonly ContextEntry[],
  { kind }: Pick<BuilderSettings, 'kind'>
): readonly LintWarning[] {
  const builder = clearing[kind]
  if (builder === undefined) return []
  const dockerfile = DockerfileParser.parse(content)
  return dockerfile.getInstructions().flatMap(instruction => {
    if (!(instruction instanceof Copy || instruction instanceof Add)) return []
    const sources = pathsTaken(instruction, dockerfile).map(path => normalize(`/${path}`).replace(/\/$/, ''))
    const texts = [
      ...lostBits(sources, entries).map(files => `${builder} clears setuid and setgid of ${files}`),
      ...(kind === 'buildah' ? ownModes(instruction, sources, entries) : [])
    ]
    return texts.map(text => instructionWarning(instruction, text))
  })
}

/**
 * Buildah: https://github.com/containers/buildah/issues/574. BuildKit, rootless: the kernel clears them when a file is written
 * inside of a user namespace.
 */
const clearing: Readonly<Partial<Record<BuilderSettings['kind'], string>>> = {
  buildah: 'Buildah',
  buildkit: 'BuildKit'
}

/** The directory that stands for a copied one. */
function ownModes(
  instruction: Copy | Add,
  sources: readonly string[],
  entries: readonly ContextEntry[]
): readonly string[] {
  const mode = flagValue(instruction, 'chmod')
  // Of other than octal modes it knows nothing, and says so.
  if (mode === undefined || !/^[0-7]+$/.test(mode) || /^0?755$/.test(mode)) return []
  const copiesDirectory = entries.some(({ kind, path }) => kind === 'directory' && sources.includes(`/${path}`))
  return copiesDirectory ? [`Buildah makes the directory that it copies to with mode 755, not ${mode}`] : []
}

/** Of directories nothing is said: a volume's fsGroup sets the bit on each of them. */
function lostBits(sources: readonly string[], entries: readonly ContextEntry[]): readonly string[] {
  const lost = entries.filter(
    entry =>
      entry.kind === 'file' && (entry.mode & setuidAndSetgid) !== 0 && sources.some(source => takes(source, entry))
  )
  if (lost.length === 0) return []
  const names = lost.slice(0, namesShown).map(({ path }) => path)
  const more = lost.length > names.length ? ` and ${lost.length - names.length} more` : ''
  return [`${names.join(', ')}${more}`]
}

/** Of a pattern, what stands before its first sign counts. */
function takes(source: string, { path }: ContextEntry): boolean {
  const sign = source.search(/[*?[]/)
  if (sign >= 0) return `/${path}`.startsWith(source.slice(0, sign))
  return `/${path}` === source || `/${path}`.startsWith(`${source}/`)
}
