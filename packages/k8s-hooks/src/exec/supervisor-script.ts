import { shellQuote } from '../support/shell-quote.ts'
import type { PodCommand } from './pod-command.ts'

export interface SupervisorPlace {
  /** See run-folder.ts. */
  readonly runFolder: string
  /** Bytes of the output that are known already. */
  readonly offset: number
}

/** What the script calls; the message of a container that lacks one names it. */
const tools = ['cat', 'dd', 'mkdir', 'mv', 'rm', 'sleep', 'wc']

/**
 * The text that a plain `sh` reads from its stdin: it starts the command detached from this connection (once, however often the text is sent),
 * then prints the command's output from byte `offset` on, and at last a record with exit code and size (see supervisor-record.ts).
 *
 * - Everything stands in functions that the last line calls, so a text that was cut does nothing. They end by `exit`: the shell must not wait for more text.
 * - Environment and arguments go through stdin and the shell's memory: they are in no file. Variables of ours are called kh_…: an image may export any other.
 * - Supervisor and reader are the two ends of a pipeline that carries nothing. What a shell starts by `&` would have SIGINT and SIGQUIT ignored for good,
 *   and so would the command.
 * - Output goes to a file, so the command neither blocks on this connection nor dies with it; a child that it leaves behind holds nothing open,
 *   and may go on writing: the size of the output is taken when the command ends, and what is read at a time (`dd`) is limited.
 * - `read` waits for our acknowledgement; only then is the run folder deleted.
 */
export function supervisorScript(command: PodCommand, { runFolder, offset }: SupervisorPlace): string {
  return `kh_supervise() {
trap '' TERM INT HUP
read -r kh_pid kh_rest </proc/self/stat && echo "$kh_pid" >"$kh_dir/supervisor"
(
trap - TERM INT HUP
read -r kh_pid kh_rest </proc/self/stat && echo "$kh_pid" >"$kh_dir/pid"
${childScript(command)}
) >>"$kh_dir/log" 2>&1
kh_code=$?
echo $kh_code $(wc -c <"$kh_dir/log") >"$kh_dir/code.new" && mv "$kh_dir/code.new" "$kh_dir/code"
}
kh_lost() { echo "k8s-hooks lost" >&2; exit 1; }
kh_read() {
kh_n=0
until [ -s "$kh_dir/supervisor" ]; do
kh_n=$((kh_n+1))
if [ -e "$kh_dir/stopped" ] || [ $kh_n -gt 200 ]; then kh_lost; fi
[ $kh_n -lt 50 ] && kh_pause=0.005 || kh_pause=0.1
${pause('$kh_pause')}
done
kh_supervisor=$(cat "$kh_dir/supervisor")
exec 3<"$kh_dir/log"
${skip(offset)}
echo "k8s-hooks attached" >&2
kh_n=0
kh_pause=0.01
until [ -s "$kh_dir/code" ]; do
if ! kill -0 "$kh_supervisor" 2>/dev/null && ! [ -s "$kh_dir/code" ]; then ${readSome}; kh_lost; fi
${readSome}
kh_n=$((kh_n+1))
[ $kh_n -eq 10 ] && kh_pause=0.05
[ $kh_n -eq 50 ] && kh_pause=0.15
${pause('$kh_pause')}
done
kh_code=$(cat "$kh_dir/code" 2>/dev/null)
[ -n "$kh_code" ] || kh_lost
echo "k8s-hooks exit $kh_code" >&2
cat <&3 &
kh_rest=$!
read -r kh_ack && [ "$kh_ack" = ack ] && rm -rf "$kh_dir"
kill $kh_rest 2>/dev/null
exit 0
}
kh_main() {
for kh_tool in ${tools.join(' ')}; do command -v $kh_tool >/dev/null 2>&1 || { echo "the image has no $kh_tool" >&2; exit 1; }; done
kh_dir=${shellQuote(`${runFolder}/${command.id}`)}
if kh_words=$(mkdir "$kh_dir" 2>&1); then
: >"$kh_dir/log"
exec 4<&0
kh_supervise 4<&- </dev/null >/dev/null 2>&1 | kh_read <&4
exit $?
fi
[ -d "$kh_dir" ] || { echo "$kh_words" >&2; exit 1; }
kh_read
}
kh_main
`
}

/**
 * SIGTERM, and after the grace SIGKILL, to everything that a command started. A command that is about to start finds its folder taken and does not.
 */
export function stopScript(
  id: string,
  { runFolder, graceMs }: { readonly runFolder: string; readonly graceMs: number }
): string {
  return `d=${shellQuote(`${runFolder}/${id}`)}
mkdir "$d" 2>/dev/null && { : >"$d/stopped"; exit 0; }
n=0
until [ -s "$d/pid" ]; do n=$((n+1)); [ $n -gt 20 ] && exit 0; ${pause('0.05')}; done
[ -s "$d/code" ] && { rm -rf "$d"; exit 0; }
p=$(cat "$d/pid")
stop() { kill -"$1" "-$p" 2>/dev/null || kill -"$1" "$p" 2>/dev/null; }
stop TERM
n=0
while [ $n -lt ${Math.ceil(graceMs / 100)} ] && kill -0 "$p" 2>/dev/null; do n=$((n+1)); ${pause('0.1')}; done
stop KILL
n=0
until [ -s "$d/code" ] || [ $n -gt 10 ]; do n=$((n+1)); ${pause('0.05')}; done
rm -rf "$d"
`
}

/** At most 16 MiB of the output, so that whoever writes faster than the connection carries does not hide the end of the command. */
const readSome = 'dd bs=65536 count=256 <&3 2>/dev/null'

/** Fractions of a second where `sleep` knows them. */
function pause(seconds: string): string {
  return `sleep ${seconds} 2>/dev/null || sleep 1`
}

function childScript({ argv, env, prependPath, workingDirectory }: PodCommand): string {
  const names = Object.keys(env).filter(name => name !== '' && !name.includes('='))
  const exported = names.filter(isShellName)
  const others = names.filter(name => !isShellName(name))
  const folder = shellQuote(workingDirectory)
  const words = [
    ...(others.length === 0 ? [] : ['env', '--', ...others.map(name => `${name}=${env[name] ?? ''}`)]),
    ...argv
  ]
  return [
    ...exported.map(name => `export ${name}=${shellQuote(env[name] ?? '')}`),
    ...(prependPath.length === 0 ? [] : [`export PATH=${shellQuote(prependPath.join(':'))}:"$PATH"`]),
    `cd -- ${folder} || { printf '%s\\n' "The working directory "${folder}" cannot be entered in the container."; exit 1; }`,
    `command -v setsid >/dev/null 2>&1 && set -- setsid`,
    `exec "$@" ${words.map(shellQuote).join(' ')}`
  ].join('\n')
}

/**
 * Names that a shell exports as they are given. The others go through env(1): what is no shell name at all (INPUT_FETCH-DEPTH),
 * and what a shell refuses to set or gives a meaning of its own.
 */
function isShellName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !shellsOwnNames.test(name)
}

const shellsOwnNames =
  /^(?:BASH.*|COMP_.*|DIRSTACK|EPOCHREALTIME|EPOCHSECONDS|EUID|FUNCNAME|GROUPS|HISTCMD|IFS|LINENO|OPTARG|OPTERR|OPTIND|PIPESTATUS|PPID|RANDOM|SECONDS|SHELLOPTS|SRANDOM|UID|_)$/

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
