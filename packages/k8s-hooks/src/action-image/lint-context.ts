import { normalize } from 'node:path/posix'
import { Add, Copy, DockerfileParser, type Instruction, type ModifiableInstruction } from 'dockerfile-ast'
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
  if (kind !== 'buildah') return []
  const dockerfile = DockerfileParser.parse(content)
  return dockerfile.getInstructions().flatMap(instruction => {
    if (!isCopy(instruction)) return []
    const sources = pathsTaken(instruction, dockerfile).map(path => normalize(`/${path}`).replace(/\/$/, ''))
    return [...lostBits(sources, entries), ...lostModes(instruction, sources, entries)].map(text =>
      instructionWarning(instruction, text)
    )
  })
}

function isCopy(instruction: Instruction): instruction is ModifiableInstruction {
  return instruction instanceof Copy || instruction instanceof Add
}

/** https://github.com/containers/buildah/issues/574. Of directories nothing is said: a volume's fsGroup sets the bit on each of them. */
function lostBits(sources: readonly string[], entries: readonly ContextEntry[]): readonly string[] {
  const lost = entries.filter(
    entry =>
      entry.kind === 'file' && (entry.mode & setuidAndSetgid) !== 0 && sources.some(source => takes(source, entry))
  )
  if (lost.length === 0) return []
  const names = lost.slice(0, namesShown).map(({ path }) => path)
  const more = lost.length > names.length ? ` and ${lost.length - names.length} more` : ''
  return [`Buildah clears setuid and setgid of ${names.join(', ')}${more}`]
}

function lostModes(
  instruction: ModifiableInstruction,
  sources: readonly string[],
  entries: readonly ContextEntry[]
): readonly string[] {
  // A mode in letters Buildah refuses itself, or it takes it as Docker does.
  if (!/^[0-7]+$/.test(flagValue(instruction, 'chmod') ?? '')) return []
  const isDirectory = (source: string): boolean =>
    source === '' || entries.some(({ kind, path }) => kind === 'directory' && `/${path}` === source)
  return sources
    .filter(isDirectory)
    .map(
      source => `Buildah gives --chmod to what ${source.slice(1) || 'the context'} holds, not to the directory itself`
    )
}

/** Of a pattern, what stands before its first sign counts. */
function takes(source: string, { path }: ContextEntry): boolean {
  const sign = source.search(/[*?[]/)
  if (sign >= 0) return `/${path}`.startsWith(source.slice(0, sign))
  return `/${path}` === source || `/${path}`.startsWith(`${source}/`)
}
