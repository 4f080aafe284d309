/** What becomes of a flag of `docker create`: it is honoured, what it asks for is so anyway, or it is left out for a reason. */
export type FlagTreatment = 'honoured' | 'needless' | { readonly ignoredBecause: string }

const honoured = [
  ...['--add-host', '--annotation', '--cap-add', '--cap-drop', '--cpu-shares', '--cpus'],
  ...['--dns', '--dns-option', '--dns-search', '--entrypoint', '--env', '--group-add'],
  ...['--health-cmd', '--health-interval', '--health-retries', '--health-start-period', '--health-timeout'],
  ...['--hostname', '--interactive', '--label', '--memory', '--memory-reservation', '--name', '--network-alias'],
  ...['--privileged', '--publish', '--pull', '--read-only', '--security-opt', '--shm-size', '--sysctl', '--tmpfs'],
  ...['--tty', '--user', '--volume', '--workdir']
]

/** The pod is so anyway, or the runner without a hook makes nothing of it: it removes containers by force, and never attaches to them. */
const needless = [
  ...['--attach', '--cidfile', '--detach', '--detach-keys', '--disable-content-trust', '--expose'],
  ...['--health-start-interval', '--help', '--no-healthcheck', '--publish-all', '--quiet', '--rm', '--sig-proxy'],
  ...['--stop-signal', '--stop-timeout']
]

const nothingLikeIt = 'Kubernetes has nothing like it'
const byTemplate = 'the operator can give it in the hook template'
const ownNetwork = 'the containers of a job share a network of their own, in which localhost is each of them'
const ownNamespaces = 'a container never shares those of the node'
const limitsOnly = 'use --cpus and --memory'

const ignored: Readonly<Record<string, readonly string[]>> = {
  [nothingLikeIt]: [
    ...['--blkio-weight', '--blkio-weight-device', '--device-read-bps', '--device-read-iops', '--device-write-bps'],
    ...['--device-write-iops', '--domainname', '--kernel-memory', '--log-driver', '--log-opt', '--memory-swappiness'],
    ...['--oom-kill-disable', '--oom-score-adj', '--pids-limit', '--restart', '--storage-opt', '--ulimit'],
    ...['--use-api-socket', '--volume-driver']
  ],
  [limitsOnly]: [
    ...['--cpu-period', '--cpu-quota', '--cpu-rt-period', '--cpu-rt-runtime', '--cpuset-cpus', '--cpuset-mems'],
    '--memory-swap'
  ],
  [byTemplate]: ['--cgroup-parent', '--device', '--device-cgroup-rule', '--gpus', '--platform', '--runtime'],
  [ownNetwork]: ['--ip', '--ip6', '--link', '--link-local-ip', '--mac-address', '--network'],
  [ownNamespaces]: ['--cgroupns', '--ipc', '--pid', '--userns', '--uts'],
  'it is for Windows': ['--cpu-count', '--cpu-percent', '--io-maxbandwidth', '--io-maxiops', '--isolation'],
  'the containers of a pod have no init process; a shell as entrypoint waits for its children too': ['--init'],
  'write the variables below env:': ['--env-file'],
  'write each label by --label': ['--label-file'],
  'write it below volumes:': ['--mount', '--volumes-from']
}

const unknown: FlagTreatment = { ignoredBecause: 'docker create has no such option' }

const treatments: ReadonlyMap<string, FlagTreatment> = new Map<string, FlagTreatment>([
  ...honoured.map(flag => [flag, 'honoured'] as const),
  ...needless.map(flag => [flag, 'needless'] as const),
  ...Object.entries(ignored).flatMap(([ignoredBecause, flags]) =>
    flags.map(flag => [flag, { ignoredBecause }] as const)
  )
])

/** By the long name of the flag. Every flag of docker create is here (docs.docker.com/reference/cli/docker/container/create). */
export function treatmentOf(flag: string): FlagTreatment {
  return treatments.get(flag) ?? unknown
}

/** Short names, and older ones that Docker still takes. */
const longNames: Readonly<Record<string, string>> = {
  '-a': '--attach',
  '-c': '--cpu-shares',
  '-d': '--detach',
  '-e': '--env',
  '-h': '--hostname',
  '-i': '--interactive',
  '-l': '--label',
  '-m': '--memory',
  '-p': '--publish',
  '-P': '--publish-all',
  '-q': '--quiet',
  '-t': '--tty',
  '-u': '--user',
  '-v': '--volume',
  '-w': '--workdir',
  '--dns-opt': '--dns-option',
  '--net': '--network',
  '--net-alias': '--network-alias'
}

/** The one long name of a flag, however it is written. */
export function longNameOf(flag: string): string {
  return longNames[flag] ?? flag
}

const withoutValue = [
  ...['--detach', '--disable-content-trust', '--help', '--init', '--interactive', '--no-healthcheck'],
  ...['--oom-kill-disable', '--privileged', '--publish-all', '--quiet', '--read-only', '--rm', '--sig-proxy'],
  ...['--tty', '--use-api-socket']
]

/** Whether the flag stands alone; every other one takes the next word, where none is glued to it. */
export function isWithoutValue(longName: string): boolean {
  return withoutValue.includes(longName)
}
