import { runPodShell, type PodShell } from './pod-shell.ts'

export interface PodProbe {
  readonly isMusl: boolean
  /** What an earlier `bringAgent` left there as its last act; "" when it did not. */
  readonly marker: string
  readonly missingTools: readonly string[]
}

const wantedTools = ['mkdir', 'cat', 'chmod', 'mv', 'tar', 'rm', 'rmdir']

/** Built-in commands of any POSIX shell and `cat`; nothing else is taken for granted. */
const script = `
if [ -f "$1" ]; then printf 'marker '; cat "$1"; echo; fi
for f in /lib/ld-musl-*; do if [ -e "$f" ]; then echo musl; fi; done
for t in ${wantedTools.join(' ')}; do command -v "$t" >/dev/null 2>&1 || echo "missing $t"; done
`

/** Asks a container what it has. Throws SyncCut, or HookError `WORKSPACE_TOOL_MISSING` where there is no `sh`. */
export async function probePod(shell: PodShell, markerFile: string, signal: AbortSignal): Promise<PodProbe> {
  const { stdout } = await runPodShell(shell, { script, args: [markerFile], signal })
  const lines = stdout.split('\n')
  const after = (word: string): readonly string[] =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  return { isMusl: lines.includes('musl'), marker: after('marker')[0] ?? '', missingTools: after('missing') }
}
