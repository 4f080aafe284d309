import { isHostName } from './host-name.ts'

/**
 * Sysctls that belong to the pod alone and that every kubelet allows
 * (kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster); with another one the pod would be refused by its node.
 */
const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_syncookies'
]

const safeSecurityOptions = /^(?:no-new-privileges(?:[=:].*)?|(?:seccomp|apparmor)[=:]unconfined)$/

const reasons: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ['--env', value => (value.includes('=') ? undefined : 'it has no value, and a pod has none to take it from')],
  ['--user', numbersOnly(/^\d+(:\d+)?$/)],
  ['--group-add', numbersOnly(/^\d+$/)],
  ['--entrypoint', value => (value === '' ? "Kubernetes cannot take an image's entrypoint away" : undefined)],
  ['--sysctl', value => (safeSysctls.includes(nameOf(value)) ? undefined : 'nodes refuse pods with this sysctl')],
  [
    '--security-opt',
    value => (safeSecurityOptions.test(value) ? undefined : 'the operator can give it in the hook template')
  ],
  ['--add-host', whyNoHost]
])

/** Why Kubernetes has no place for this value of a flag that is honoured otherwise; undefined when it has. */
export function unusableBecause(flag: string, value: string): string | undefined {
  return reasons.get(flag)?.(value)
}

function numbersOnly(form: RegExp): (value: string) => string | undefined {
  return value =>
    form.test(value) ? undefined : 'Kubernetes takes numbers, and names are known inside the image alone'
}

function nameOf(assignment: string): string {
  return assignment.split('=', 1)[0] ?? ''
}

function whyNoHost(value: string): string | undefined {
  const name = value.split(/[:=]/, 1)[0] ?? ''
  if (value.slice(name.length + 1) === 'host-gateway') return 'a pod has no way through its node'
  return isHostName(name.toLowerCase()) ? undefined : 'Kubernetes does not take this name'
}
