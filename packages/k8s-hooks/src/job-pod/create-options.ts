import { decodeEntryPointArgs, type JobContainer, type Mount } from '@k8s-hooks/hooklib'
import { isIP } from 'node:net'
import { parseBytes } from '../support/parse-bytes.ts'
import { parseCpus } from '../support/parse-cpus.ts'
import { createOptionReader, type IgnoredOption, type OptionReader } from './option-reader.ts'
import {
  assignmentOf,
  hostOf,
  idsOf,
  tmpfsOf,
  volumeOf,
  type HostEntry,
  type Ids,
  type Tmpfs
} from './option-values.ts'
import { readFlags } from './read-flags.ts'
import { securityOptionsOf, type SecurityOptions } from './security-options.ts'

/** What `options:` of a job container or service asks of `docker create`, as far as it is honoured. */
export interface CreateOptions {
  readonly env: Readonly<Record<string, string>>
  /** --name, --hostname, --network-alias: names that the container answers to. */
  readonly names: readonly string[]
  readonly hostname: string | undefined
  readonly hosts: readonly HostEntry[]
  readonly dns: DnsOptions
  readonly resources: ResourceOptions
  readonly user: Ids | undefined
  readonly groups: readonly number[]
  readonly entrypoint: string | undefined
  readonly workdir: string | undefined
  readonly tmpfs: readonly Tmpfs[]
  readonly volumes: readonly Mount[]
  /** As in `ports:`. */
  readonly portMappings: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly sysctls: Readonly<Record<string, string>>
  readonly pullPolicy: string | undefined
  readonly hasStdin: boolean
  readonly hasTty: boolean
  readonly security: SecurityOptions
  readonly health: Readonly<Record<string, string>>
  readonly ignored: readonly IgnoredOption[]
}

export interface DnsOptions {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  /** "ndots:2" */
  readonly options: readonly string[]
}

/** Limits and requests; absent: not asked for. */
export interface ResourceOptions {
  readonly cpus: number | undefined
  readonly requestedCpus: number | undefined
  readonly memoryBytes: number | undefined
  readonly requestedMemoryBytes: number | undefined
  /** Size of /dev/shm. */
  readonly shmBytes: number | undefined
}

const memoryForm = 'an amount of memory such as 512m or 2g'
const pullPolicies: Readonly<Record<string, string>> = { always: 'Always', missing: 'IfNotPresent', never: 'Never' }

/**
 * Parses the options of a container, as they reach Docker without a hook: the runner puts the text as it is into a command line, and that is read
 * by .NET's rule (contract 1.6), in which only double quotes group. An apostrophe is one.
 * @throws HookError `CREATE_OPTION_INVALID` for what Docker would refuse too; it names container and option
 */
export function parseCreateOptions({
  createOptions,
  image
}: Pick<JobContainer, 'createOptions' | 'image'>): CreateOptions {
  const reader = createOptionReader(readFlags(wordsOf(createOptions ?? '')), image)
  const { last, all, lastAs, allAs, isOn } = reader
  return {
    env: Object.fromEntries(all('--env').map(assignmentOf)),
    names: [...all('--name'), ...all('--hostname'), ...all('--network-alias')],
    hostname: last('--hostname'),
    hosts: allAs('--add-host', 'name:address', hostOf),
    dns: {
      nameservers: allAs('--dns', 'an IP address', value => (isIP(value) === 0 ? undefined : value)),
      searches: all('--dns-search'),
      options: all('--dns-option')
    },
    resources: resourcesOf(reader),
    user: lastAs('--user', 'numbers', idsOf),
    groups: all('--group-add').map(Number),
    entrypoint: last('--entrypoint'),
    workdir: lastAs('--workdir', 'an absolute path', value => (value.startsWith('/') ? value : undefined)),
    tmpfs: allAs('--tmpfs', 'an absolute path, and size=64m behind a colon', tmpfsOf),
    volumes: allAs('--volume', 'name:/path', volumeOf),
    portMappings: all('--publish'),
    labels: Object.fromEntries([...all('--annotation'), ...all('--label')].map(assignmentOf)),
    sysctls: Object.fromEntries(all('--sysctl').map(assignmentOf)),
    pullPolicy: lastAs('--pull', 'always, missing or never', value => pullPolicies[value]),
    hasStdin: isOn('--interactive'),
    hasTty: isOn('--tty'),
    security: securityOptionsOf(reader),
    health: healthOf(reader),
    ignored: reader.ignored
  }
}

/** Line breaks of a YAML block separate too, as the author means it. */
function wordsOf(text: string): readonly string[] {
  return decodeEntryPointArgs([text.replaceAll(/[\r\n]/g, ' ')])
}

function resourcesOf({ lastAs }: OptionReader): ResourceOptions {
  const shares = lastAs('--cpu-shares', 'a whole number', value => (/^\d+$/.test(value) ? Number(value) : undefined))
  return {
    cpus: someOf(lastAs('--cpus', 'a number of CPUs such as 1.5', orNone(parseCpus))),
    // The kubelet gives a container 1024 shares for each CPU that it requests.
    requestedCpus: someOf(shares === undefined ? undefined : Math.round((shares * 1000) / 1024) / 1000),
    memoryBytes: someOf(lastAs('--memory', memoryForm, orNone(parseBytes))),
    requestedMemoryBytes: someOf(lastAs('--memory-reservation', memoryForm, orNone(parseBytes))),
    shmBytes: someOf(lastAs('--shm-size', memoryForm, orNone(parseBytes)))
  }
}

/** Docker takes 0 for "no limit". */
function orNone(parse: (value: string) => number | undefined): (value: string) => number | undefined {
  return value => (/^0+(?:\.0+)?$/.test(value) ? 0 : parse(value))
}

function someOf(amount: number | undefined): number | undefined {
  return amount === 0 ? undefined : amount
}

const duration = /^(?:0|(?:\d*\.?\d+(?:ns|us|µs|ms|s|m|h))+)$/

function healthOf({ last, lastAs }: OptionReader): CreateOptions['health'] {
  const durations = ['--health-interval', '--health-timeout', '--health-start-period'].map(
    flag => [flag, lastAs(flag, 'a time such as 10s', value => (duration.test(value) ? value : undefined))] as const
  )
  const retries = lastAs('--health-retries', 'a whole number', value => (/^\d+$/.test(value) ? value : undefined))
  const given = [['--health-cmd', last('--health-cmd')] as const, ...durations, ['--health-retries', retries] as const]
  return Object.fromEntries(given.flatMap(([flag, value]) => (value === undefined ? [] : [[flag, value] as const])))
}
