import { parseBytes } from '../support/parse-bytes.ts'
import { parseCpus } from '../support/parse-cpus.ts'
import { isHost } from './host.ts'
import { settingDefinitions, type SettingKey } from './schema.ts'
import type { SettingDefinition } from './setting-definition.ts'

export type Environment = Readonly<Record<string, string | undefined>>

type Definitions = typeof settingDefinitions
type ChoiceKey = { [Key in SettingKey]: Definitions[Key]['type'] extends 'choice' ? Key : never }[SettingKey]

/** Reads one variable after another and collects what is wrong with them. A variable that is empty or blank is not set. */
export interface ValueReader {
  readonly text: (key: SettingKey) => string | undefined
  readonly host: (key: SettingKey) => string | undefined
  readonly hosts: (key: SettingKey) => readonly string[]
  readonly number: (key: SettingKey) => number | undefined
  readonly cpus: (key: SettingKey) => number | undefined
  /** Bytes. */
  readonly memory: (key: SettingKey) => number | undefined
  readonly boolean: (key: SettingKey) => boolean | undefined
  readonly choice: <Key extends ChoiceKey>(key: Key) => Definitions[Key]['choices'][number] | undefined
  readonly problem: (key: SettingKey, sentence: string) => void
  readonly problems: () => readonly string[]
}

const hostForm = 'a host name with port or lower-case path where needed, without scheme or blanks'

export function createValueReader(env: Environment): ValueReader {
  const problems: string[] = []
  const problem = (key: SettingKey, sentence: string): void => {
    problems.push(`${settingDefinitions[key].name} ${sentence}`)
  }
  const text = (key: SettingKey): string | undefined => {
    const { name, alias = name }: SettingDefinition = settingDefinitions[key]
    return [env[alias], env[name]].map(value => value?.trim() ?? '').find(value => value !== '')
  }
  /** The value as `parse` understands it; what it does not understand is a problem. */
  const parsed = <T>(key: SettingKey, form: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = text(key)
    if (value === undefined) return undefined
    const result = parse(value)
    if (result === undefined) problem(key, `must be ${form}, not "${value}".`)
    return result
  }
  return {
    text,
    host: key => parsed(key, hostForm, value => (isHost(value) ? value : undefined)),
    hosts: key => parsed(key, `a list of names separated by commas, each ${hostForm}`, parseHosts) ?? [],
    number: key => {
      const { form, most } = numberForm(settingDefinitions[key].type)
      return parsed(key, form, value => parseNumber(value, most))
    },
    cpus: key => parsed(key, 'a number of CPUs such as 4 or 0.5', parseCpus),
    memory: key => parsed(key, 'an amount of memory such as 8g or 512m', parseBytes),
    boolean: key => parsed(key, 'true or false', parseBoolean),
    choice: <Key extends ChoiceKey>(key: Key) => {
      const choices: readonly Definitions[Key]['choices'][number][] = settingDefinitions[key].choices
      return parsed(key, `one of ${choices.join(', ')}`, value => choices.find(choice => choice === value))
    },
    problem,
    problems: () => problems
  }
}

/** What Node can wait for; a longer timer would fire at once. */
const longestTimerSeconds = Math.floor((2 ** 31 - 1) / 1000)

function numberForm(type: SettingDefinition['type']): { readonly form: string; readonly most: number } {
  if (type === 'port') return { form: 'a port (1 to 65535)', most: 65_535 }
  if (type === 'seconds')
    return { form: `a whole number of seconds (1 to ${longestTimerSeconds})`, most: longestTimerSeconds }
  return { form: 'a whole number above 0', most: Number.MAX_SAFE_INTEGER }
}

function parseNumber(value: string, most: number): number | undefined {
  const number = Number(value)
  return /^\d+$/.test(value) && number > 0 && number <= most ? number : undefined
}

function parseBoolean(value: string): boolean | undefined {
  const lower = value.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower === 'true' : undefined
}

function parseHosts(value: string): readonly string[] | undefined {
  const hosts = value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
  return hosts.every(isHost) ? hosts : undefined
}
