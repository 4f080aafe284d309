import { isWithoutValue, longNameOf } from './docker-flags.ts'

/** One flag of `docker create` by its long name, or a word that is none. */
export interface Flag {
  readonly flag: string
  /** undefined where none was given. */
  readonly value: string | undefined
  /** What the author is told of it: the flag as he wrote it, never its value, which may be a secret. */
  readonly text: string
}

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
    const text = word.slice(0, equals)
    return { found: [{ flag: longNameOf(text), value: word.slice(equals + 1), text }], usesNext: false }
  }
  const flag = longNameOf(word)
  if (isWithoutValue(flag)) return { found: [{ flag, value: undefined, text: word }], usesNext: false }
  return { found: [{ flag, value: next, text: word }], usesNext: true }
}

function shortFlags(word: string, next: string | undefined): Read {
  if (!word.startsWith('-') || word === '-')
    return { found: [{ flag: '', value: undefined, text: word }], usesNext: false }
  const found: Flag[] = []
  for (let at = 1; at < word.length; at++) {
    const text = `-${word.charAt(at)}`
    const flag = longNameOf(text)
    if (!isWithoutValue(flag)) {
      const glued = word.slice(at + 1).replace(/^=/, '')
      const isGlued = at + 1 < word.length
      return { found: [...found, { flag, value: isGlued ? glued : next, text }], usesNext: !isGlued }
    }
    found.push({ flag, value: undefined, text })
  }
  return { found, usesNext: false }
}
