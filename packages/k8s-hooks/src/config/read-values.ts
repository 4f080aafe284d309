import { settingDefinitions, type SettingDefinition, type SettingKey } from './schema.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads one variable after another and collects what is wrong with them. */
export interface ValueReader {
  readonly text: (key: SettingKey) => string | undefined
  readonly number: (key: SettingKey) => number | undefined
  readonly boolean: (key: SettingKey) => boolean | undefined
  readonly list: (key: SettingKey) => readonly string[]
  readonly problem: (key: SettingKey, sentence: string) => void
  readonly problems: () => readonly string[]
}

const widestPort = 65_535

export function createValueReader(env: Environment): ValueReader {
  const problems: string[] = []
  const definitionOf = (key: SettingKey): SettingDefinition => settingDefinitions[key]
  const problem = (key: SettingKey, sentence: string): void => {
    problems.push(`${definitionOf(key).name} ${sentence}`)
  }
  const text = (key: SettingKey): string | undefined => {
    const definition = definitionOf(key)
    const value = env[definition.name]?.trim() ?? ''
    if (value === '') return undefined
    if (definition.choices !== undefined && !definition.choices.includes(value)) {
      problem(key, `must be one of ${definition.choices.join(', ')}, not "${value}".`)
      return undefined
    }
    if (definition.type === 'host' && (/^[a-z]+:\/\//i.test(value) || /\s/.test(value))) {
      problem(key, `must be a host name without scheme or blanks, not "${value}".`)
    }
    return value
  }
  return {
    text,
    number: key => {
      const value = text(key)
      if (value === undefined) return undefined
      const number = Number(value)
      const isPort = definitionOf(key).type === 'port'
      if (/^\d+$/.test(value) && number > 0 && (!isPort || number <= widestPort)) return number
      problem(key, `must be ${isPort ? 'a port (1 to 65535)' : 'a whole number above 0'}, not "${value}".`)
      return undefined
    },
    boolean: key => {
      const value = text(key)?.toLowerCase()
      if (value === undefined) return undefined
      if (value === 'true' || value === 'false') return value === 'true'
      problem(key, `must be true or false, not "${value}".`)
      return undefined
    },
    list: key =>
      (text(key) ?? '')
        .split(',')
        .map(item => item.trim())
        .filter(item => item !== ''),
    problem,
    problems: () => problems
  }
}
