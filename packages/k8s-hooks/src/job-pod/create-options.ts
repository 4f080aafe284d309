import { decodeEntryPointArgs, HookError } from '@k8s-hooks/hooklib'
import { readFlags, type Flag } from './read-flags.ts'

/** What `options:` of a job container or service asks of `docker create`, as far as it is honoured. */
export interface CreateOptions {
  readonly env: Readonly<Record<string, string>>
  /** --name, --hostname, --network-alias: names that the container answers to. */
  readonly names: readonly string[]
  readonly cpus: string | undefined
  readonly memory: string | undefined
  /** Numbers only: the id of a user's name is known inside the image alone. */
  readonly user: { readonly uid: number; readonly gid: number | undefined } | undefined
  readonly entrypoint: string | undefined
  readonly health: Readonly<Record<string, string>>
  /** Flags that were left out; the author hears of each. */
  readonly ignored: readonly string[]
}

const namingFlags = ['--name', '--hostname', '--network-alias']
const healthFlags = [
  '--health-cmd',
  '--health-interval',
  '--health-retries',
  '--health-start-period',
  '--health-timeout'
]

/**
 * Parses the options of a container, as they reach Docker without a hook: the runner puts the text as it is into a command line, and that is read
 * by .NET's rule (contract 1.6), in which only double quotes group. An apostrophe is one. Where a flag that stands once is repeated, the last one counts, as for Docker.
 * @throws HookError `CREATE_OPTION_REFUSED` for --privileged, which no workflow may ask of a shared cluster
 */
export function parseCreateOptions(text: string | null): CreateOptions {
  const flags = readFlags(wordsOf(text ?? ''))
  if (flags.some(({ flag, value }) => flag === '--privileged' && value !== 'false')) throw privilegedRefused()
  const honoured = flags.filter(isHonoured)
  const last = (name: string): string | undefined => honoured.findLast(({ flag }) => flag === name)?.value
  const user = last('--user')
  return {
    env: Object.fromEntries(honoured.filter(({ flag }) => flag === '--env').map(({ value }) => nameAndValue(value))),
    names: honoured.filter(({ flag }) => namingFlags.includes(flag)).map(({ value }) => value),
    cpus: last('--cpus'),
    memory: last('--memory'),
    user: user === undefined ? undefined : idsOf(user),
    entrypoint: last('--entrypoint'),
    health: Object.fromEntries(
      honoured.filter(({ flag }) => healthFlags.includes(flag)).map(({ flag, value }) => [flag, value])
    ),
    ignored: flags.filter(flag => !isHonoured(flag) && !isWithoutEffect(flag)).map(({ text }) => text)
  }
}

/** Line breaks of a YAML block separate too, as the author means it. */
function wordsOf(text: string): readonly string[] {
  return decodeEntryPointArgs([text.replaceAll(/[\r\n]/g, ' ')])
}

function isHonoured({ flag, value }: Flag): boolean {
  // Without a value Docker takes the variable of its own environment, and a pod has none.
  if (flag === '--env') return value.includes('=')
  if (flag === '--user') return idsOf(value) !== undefined
  // Kubernetes cannot take an image's entrypoint away.
  if (['--entrypoint', '--cpus', '--memory'].includes(flag)) return value !== ''
  return namingFlags.includes(flag) || healthFlags.includes(flag)
}

/** What it asks for is so in every pod: no word about it. */
function isWithoutEffect({ flag, value }: Flag): boolean {
  return flag === '--no-healthcheck' || (flag === '--privileged' && value === 'false')
}

function nameAndValue(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  return [text.slice(0, equals), text.slice(equals + 1)]
}

function idsOf(user: string): CreateOptions['user'] {
  const match = /^(\d+)(?::(\d+))?$/.exec(user)
  if (match === null) return undefined
  return { uid: Number(match[1]), gid: match[2] === undefined ? undefined : Number(match[2]) }
}

function privilegedRefused(): HookError {
  return new HookError('CREATE_OPTION_REFUSED', 'The option --privileged is refused: a job must not get the node.', {
    hint: 'Let the operator give the container what it needs in the hook template ($job or the service image).'
  })
}
