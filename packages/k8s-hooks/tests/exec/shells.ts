import { existsSync, realpathSync } from 'node:fs'

/** argv that starts a shell; the script comes by stdin, or by `-c` behind it. */
export interface Shell {
  readonly name: string
  readonly argv: readonly [string, ...string[]]
}

const candidates: readonly Shell[] = [
  { name: 'dash', argv: ['/usr/bin/dash'] },
  { name: 'bash', argv: ['/usr/bin/bash', '--posix'] },
  { name: 'busybox sh', argv: ['/usr/bin/busybox', 'sh'] }
]

export const systemShell: Shell = { name: 'sh', argv: ['/bin/sh'] }

/** The system's `sh`, and every other shell that images commonly have as theirs and this machine has too. */
export const shells: readonly Shell[] = [
  systemShell,
  ...candidates.filter(({ argv: [file] }) => existsSync(file) && realpathSync(file) !== realpathSync('/bin/sh'))
]
