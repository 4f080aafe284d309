/** One flag of `docker create` by its long name, or a word that is none. */
export interface Flag {
  readonly flag: string
  /** "" where none was given. */
  readonly value: string
  /** What the author is told of it: the flag as he wrote it, never its value, which may be a secret. */
  readonly text: string
}

const longNames: Readonly<Record<string, string>> = {
  '-e': '--env',
  '-m': '--memory',
  '-u': '--user',
  '-h': '--hostname'
}

/** Every other flag takes a value (docs.docker.com/reference/cli/docker/container/create). */
const flagsWithoutValue = [
  '--detach',
  '--disable-content-trust',
  '--help',
  '--init',
  '--interactive',
  '--no-healthcheck',
  '--oom-kill-disable',
  '--privileged',
  '--publish-all',
  '--quiet',
  '--read-only',
  '--rm',
  '--sig-proxy',
  '--tty',
  '--use-api-socket'
]
const shortFlagsWithoutValue = ['-d', '-i', '-t', '-P', '-q']

/** Reads flags as Docker does: `--flag value`, `--flag=value`, `-f value`, `-fvalue`, and several short ones without value in one word. */
export function readFlags(words: readonly string[]): readonly Flag[] {
  const flags: Flag[] = []
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? ''
    const next = words[at + 1]
    const { found, usesNext } = word.startsWith('--') ? longFlag(word, next) : shortFlags(word, next)
    flags.push(...found)
    at += usesNext ? 2 : 1
  }
  return flags
}

interface Read {
  readonly found: readonly Flag[]
  readonly usesNext: boolean
}

function longFlag(word: string, next: string | undefined): Read {
  const equals = word.indexOf('=')
  if (equals >= 0) {
    const flag = word.slice(0, equals)
    return { found: [{ flag, value: word.slice(equals + 1), text: flag }], usesNext: false }
  }
  if (flagsWithoutValue.includes(word)) return { found: [{ flag: word, value: '', text: word }], usesNext: false }
  return { found: [{ flag: word, value: next ?? '', text: word }], usesNext: true }
}

function shortFlags(word: string, next: string | undefined): Read {
  if (!word.startsWith('-') || word === '-') return { found: [{ flag: '', value: word, text: word }], usesNext: false }
  const found: Flag[] = []
  for (let at = 1; at < word.length; at++) {
    const short = `-${word.charAt(at)}`
    const flag = longNames[short] ?? short
    if (!shortFlagsWithoutValue.includes(short)) {
      const glued = word.slice(at + 1).replace(/^=/, '')
      const isGlued = at + 1 < word.length
      return { found: [...found, { flag, value: isGlued ? glued : (next ?? ''), text: short }], usesNext: !isGlued }
    }
    found.push({ flag, value: '', text: short })
  }
  return { found, usesNext: false }
}
