/** How a `run:` script is started (1.5). */
export interface Shell {
  readonly command: string
  /** Holds `{0}` where the script's path goes. */
  readonly argumentFormat: string
  /** With the dot; empty for a shell of the author's own. */
  readonly extension: string
}

const builtIn: Readonly<Record<string, Omit<Shell, 'command'>>> = {
  bash: { argumentFormat: '--noprofile --norc -e -o pipefail {0}', extension: '.sh' },
  sh: { argumentFormat: '-e {0}', extension: '.sh' },
  pwsh: { argumentFormat: `-command ". '{0}'"`, extension: '.ps1' },
  powershell: { argumentFormat: `-command ". '{0}'"`, extension: '.ps1' },
  python: { argumentFormat: '{0}', extension: '.py' }
}

/**
 * Reads `shell:`. Without one it is `sh -e`.
 *
 * @throws Error for a name that is not built in and has no `{0}`
 */
export function parseShell(option: string | undefined): Shell {
  const [command = '', ...rest] = (option === undefined || option === '' ? 'sh' : option).split(' ')
  const known = builtIn[command.toLowerCase()]
  const own = rest.join(' ').trimStart()
  const argumentFormat = own === '' ? (known?.argumentFormat ?? '') : own
  if (!argumentFormat.includes('{0}')) {
    throw new Error(
      'Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) ' +
        "or a format string containing '{0}'"
    )
  }
  return { command, argumentFormat, extension: known?.extension ?? '' }
}

/** What the runner adds to scripts of PowerShell so that they fail as others do. */
export function scriptContents({ command }: Shell, script: string): string {
  if (command !== 'pwsh' && command !== 'powershell') return script
  return [
    "$ErrorActionPreference = 'stop'",
    script,
    'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }'
  ].join('\n')
}
