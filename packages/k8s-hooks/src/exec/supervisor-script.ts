import { shellQuote } from '../support/shell-quote.ts'
import type { PodCommand } from './pod-command.ts'

/** Folder in the container for what is running: an emptyDir of the job pod that every user of the container may write. */
export const runFolder = '/__k8s_hooks'

/** What the supervisor says on its stderr, one record a line; stdout carries nothing but the command's output. */
export type SupervisorRecord =
  { readonly kind: 'exit'; readonly exitCode: number; readonly outputBytes: number } | { readonly kind: 'lost' }

const recordPattern = /^k8s-hooks (?:exit (\d+) (\d+)|(lost))$/m

/** The last word of a supervisor, or undefined when it has not said it (yet). */
export function parseRecord(stderr: string): SupervisorRecord | undefined {
  const match = recordPattern.exec(stderr)
  if (match === null) return undefined
  if (match[3] !== undefined) return { kind: 'lost' }
  return { kind: 'exit', exitCode: Number(match[1]), outputBytes: Number(match[2]) }
}

/**
 * The text that a plain `sh` reads from its stdin: it starts the command detached from this connection (once, however often the text is sent),
 * then prints the command's output from byte `offset` on, and at last a record with exit code and size.
 *
 * - Everything stands in a function that the last line calls, so a text that was cut does nothing.
 * - Environment and arguments go through stdin and the shell's memory: they are in no file and in no process list.
 * - Output goes to a file, so the command neither blocks on this connection nor dies with it; a child that it leaves behind holds nothing open.
 * - `read` waits for our acknowledgement; only then is the run folder deleted.
 * Needs sh, cat, sleep, mkdir, mv, rm, wc, and dd only to resume.
 */
export function supervisorScript(command: PodCommand, offset: number): string {
  return `k8s_hooks() {
d=${shellQuote(`${runFolder}/${command.id}`)}
if mkdir "$d" 2>/dev/null; then
: >"$d/log"
( trap : TERM INT HUP
( trap - TERM INT HUP
${childScript(command)}
) </dev/null >>"$d/log" 2>&1 &
c=$!
echo $c >"$d/pid"
while :; do wait $c; e=$?; kill -0 $c 2>/dev/null || break; done
echo $e >"$d/code.new"; mv "$d/code.new" "$d/code"
) </dev/null >/dev/null 2>&1 &
echo $! >"$d/supervisor"
fi
n=0
while ! [ -s "$d/supervisor" ]; do n=$((n+1)); [ $n -gt 50 ] && { echo "k8s-hooks lost" >&2; return 1; }; sleep 0.1; done
s=$(cat "$d/supervisor")
exec 3<"$d/log"
${skip(offset)}
i=0
t=0.01
while :; do
if [ -e "$d/code" ]; then break; fi
if ! kill -0 "$s" 2>/dev/null && ! [ -e "$d/code" ]; then cat <&3; echo "k8s-hooks lost" >&2; return 1; fi
cat <&3
i=$((i+1))
[ $i -eq 10 ] && t=0.05
[ $i -eq 50 ] && t=0.15
sleep $t 2>/dev/null || sleep 1
done
cat <&3
exec 3<&-
echo "k8s-hooks exit $(cat "$d/code") $(wc -c <"$d/log")" >&2
read -r ack && [ "$ack" = ack ] && rm -rf "$d"
return 0
}
k8s_hooks
`
}

/** SIGTERM, and five seconds later SIGKILL, to everything that a command started. */
export function stopScript(id: string): string {
  const folder = shellQuote(`${runFolder}/${id}`)
  return `d=${folder}
[ -s "$d/pid" ] || exit 0
p=$(cat "$d/pid")
stop() { kill -"$1" "-$p" 2>/dev/null || kill -"$1" "$p" 2>/dev/null; }
stop TERM
n=0
while [ $n -lt 50 ] && kill -0 "$p" 2>/dev/null; do n=$((n+1)); sleep 0.1; done
stop KILL
rm -rf "$d"
`
}

function childScript({ argv, env, prependPath, workingDirectory }: PodCommand): string {
  const names = Object.keys(env)
  const exportable = names.filter(name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !shellsOwnNames.includes(name))
  const odd = names.filter(name => !exportable.includes(name) && name !== '' && !name.includes('='))
  const folder = shellQuote(workingDirectory)
  return [
    ...exportable.map(name => `export ${name}=${shellQuote(env[name] ?? '')}`),
    ...(prependPath.length === 0 ? [] : [`export PATH=${shellQuote(prependPath.join(':'))}:"$PATH"`]),
    `cd -- ${folder} 2>/dev/null || { echo "The working directory "${folder}" does not exist in the container."; exit 1; }`,
    `command -v setsid >/dev/null 2>&1 && set -- setsid`,
    `exec "$@" ${[...(odd.length === 0 ? [] : ['env', ...odd.map(name => `${name}=${env[name] ?? ''}`)]), ...argv].map(shellQuote).join(' ')}`
  ].join('\n')
}

/** Names that a shell refuses to export; like INPUT_FETCH-DEPTH, which is no shell name at all, they go through env(1). */
const shellsOwnNames = ['BASHOPTS', 'BASH_VERSINFO', 'EUID', 'PPID', 'SHELLOPTS', 'UID']

/** dd reads a file exactly, whatever its block size; head of busybox reads ahead. */
function skip(offset: number): string {
  const blockSize = 65536
  if (offset === 0) return ':'
  const blocks = Math.floor(offset / blockSize)
  return [
    ...(blocks === 0 ? [] : [`dd bs=${blockSize} count=${blocks} <&3 >/dev/null 2>&1`]),
    ...(offset % blockSize === 0 ? [] : [`dd bs=${offset % blockSize} count=1 <&3 >/dev/null 2>&1`])
  ].join('\n')
}
