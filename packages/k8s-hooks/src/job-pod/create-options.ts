import { HookError } from '@k8s-hooks/hooklib'
import { splitWords } from '../support/split-words.ts'

/** What `options:` of a job container or service asks of `docker create`, as far as it is honoured. */
export interface CreateOptions {
  readonly env: Readonly<Record<string, string>>
  /** --name, --hostname, --network-alias: names that the container answers to. */
  readonly names: readonly string[]
  readonly cpus: string | undefined
  readonly memory: string | undefined
  readonly user: string | undefined
  readonly entrypoint: string | undefined
  readonly health: Readonly<Record<string, string>>
  /** Flags that were left out; the author hears of each. */
  readonly ignored: readonly string[]
}

const shortNames: Readonly<Record<string, string>> = {
  '-e': '--env',
  '-m': '--memory',
  '-u': '--user',
  '-h': '--hostname'
}
const namingFlags = ['--name', '--hostname', '--network-alias']
const healthFlags = [
  '--health-cmd',
  '--health-interval',
  '--health-retries',
  '--health-start-period',
  '--health-timeout'
]
const valueFlags = [...namingFlags, ...healthFlags, '--env', '--cpus', '--memory', '--user', '--entrypoint']
const flagsWithoutValue = [
  '--init',
  '--rm',
  '--read-only',
  '--no-healthcheck',
  '--oom-kill-disable',
  '-d',
  '-i',
  '-t',
  '-it',
  '-P'
]

/**
 * Parses the options of a container with a real quoting parser.
 * @throws HookError `CREATE_OPTION_REFUSED` for --privileged, which no workflow may ask of a shared cluster
 */
export function parseCreateOptions(text: string | null): CreateOptions {
  const env: Record<string, string> = {}
  const names: string[] = []
  const ignored: string[] = []
  const single: Record<string, string> = {}
  const words = [...splitWords(text ?? '')]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const { flag, inline } = splitFlag(word)
    if (flag === '--privileged') throw privilegedRefused()
    if (!flag.startsWith('-') || flagsWithoutValue.includes(flag)) {
      ignored.push(word)
      continue
    }
    const value = inline ?? words.shift() ?? ''
    if (!valueFlags.includes(flag)) ignored.push(flag)
    else if (namingFlags.includes(flag)) names.push(value)
    else if (flag === '--env')
      env[value.split('=', 1)[0] ?? ''] = value.includes('=') ? value.slice(value.indexOf('=') + 1) : ''
    else single[flag] = value
  }
  return {
    env,
    names,
    cpus: single['--cpus'],
    memory: single['--memory'],
    user: single['--user'],
    entrypoint: single['--entrypoint'],
    health: Object.fromEntries(Object.entries(single).filter(([flag]) => healthFlags.includes(flag))),
    ignored
  }
}

function splitFlag(word: string): { readonly flag: string; readonly inline: string | undefined } {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1
  const flag = equals < 0 ? word : word.slice(0, equals)
  return { flag: shortNames[flag] ?? flag, inline: equals < 0 ? undefined : word.slice(equals + 1) }
}

function privilegedRefused(): HookError {
  return new HookError('CREATE_OPTION_REFUSED', 'The option --privileged is refused: a job must not get the node.', {
    hint: 'Let the operator give the container what it needs in the hook template ($job or the service image).'
  })
}
