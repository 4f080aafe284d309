import type { OptionReader } from './option-reader.ts'

/** What a container asks of its rights. */
export interface SecurityOptions {
  readonly isPrivileged: boolean
  readonly isReadOnly: boolean
  readonly hasNoNewPrivileges: boolean
  /** Without `CAP_`, in upper case. */
  readonly addedCapabilities: readonly string[]
  readonly droppedCapabilities: readonly string[]
  readonly isSeccompOff: boolean
  readonly isApparmorOff: boolean
  /** Options that give more rights than every container has; an operator must allow them. */
  readonly powers: readonly string[]
}

/** What containerd gives every container, as Docker does (github.com/moby/moby, oci/caps/defaults.go). */
const defaultCapabilities = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']
]

export function securityOptionsOf({ isOn, all }: OptionReader): SecurityOptions {
  const isPrivileged = isOn('--privileged')
  const addedCapabilities = all('--cap-add').map(capabilityOf)
  const securityOptions = all('--security-opt').map(option => option.replace(':', '='))
  const switchedOff = securityOptions.filter(option => option.endsWith('=unconfined'))
  return {
    isPrivileged,
    isReadOnly: isOn('--read-only'),
    hasNoNewPrivileges: securityOptions.some(option => /^no-new-privileges(?:=true)?$/.test(option)),
    addedCapabilities,
    droppedCapabilities: all('--cap-drop').map(capabilityOf),
    isSeccompOff: switchedOff.includes('seccomp=unconfined'),
    isApparmorOff: switchedOff.includes('apparmor=unconfined'),
    powers: [
      ...(isPrivileged ? ['--privileged'] : []),
      ...addedCapabilities.filter(name => !defaultCapabilities.includes(name)).map(name => `--cap-add ${name}`),
      ...switchedOff.map(option => `--security-opt ${option}`)
    ]
  }
}

function capabilityOf(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '')
}
