import { runPodShell, type PodShell } from './pod-shell.ts'

export interface PodProbe {
  readonly isMusl: boolean
  /** What an earlier `bringAgent` left there as its last act; "" when it did not. */
  readonly marker: string
  readonly missingTools: readonly string[]
  /** Those of the runner's Node versions that the operator has mounted, each in its place below `/__e`, and that run here. */
  readonly mountedVersions: readonly string[]
}

const wantedTools = ['mkdir', 'cat', 'chmod', 'mv', 'tar', 'rm', 'rmdir']

/** `crypto.hash` is what an agent needs of the youngest things in Node (20.12). */
const runsAgents = 'process.exit(require("crypto").hash === undefined ? 1 : 0)'

/** Built-in commands of any POSIX shell and `cat`; nothing else is taken for granted. */
const script = `
unset NODE_OPTIONS
if [ -f "$1" ]; then printf 'marker '; cat "$1"; echo; fi
for f in /lib/ld-musl-*; do if [ -e "$f" ]; then echo musl; fi; done
if [ -r /proc/self/mountinfo ]; then
while read -r id parent device root mount rest; do
case "$mount" in "$2"/node*) "$mount/bin/node" -e '${runsAgents}' >/dev/null 2>&1 </dev/null && echo "mounted \${mount##*/}";; esac
done </proc/self/mountinfo
fi
for t in ${wantedTools.join(' ')}; do command -v "$t" >/dev/null 2>&1 || echo "missing $t"; done
`

export interface ProbedPlaces {
  /** The file whose text is the marker. */
  readonly markerFile: string
  /** `/__e`. */
  readonly podExternals: string
}

/** Asks a container what it has. Throws SyncCut, or HookError `WORKSPACE_TOOL_MISSING` where there is no `sh`. */
export async function probePod(
  shell: PodShell,
  { markerFile, podExternals }: ProbedPlaces,
  signal: AbortSignal
): Promise<PodProbe> {
  const { stdout } = await runPodShell(shell, { script, args: [markerFile, podExternals], signal })
  const lines = stdout.split('\n')
  const after = (word: string): readonly string[] =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))
  return {
    isMusl: lines.includes('musl'),
    marker: after('marker')[0] ?? '',
    missingTools: after('missing'),
    mountedVersions: after('mounted').filter(name => /^node\d+(_alpine)?$/.test(name))
  }
}
