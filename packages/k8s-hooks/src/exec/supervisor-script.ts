import { shellQuote } from '../support/shell-quote.ts'
import type { PodCommand } from './pod-command.ts'
import { ownPid, pause, pumpScript } from './pump-script.ts'
import { readerScript } from './reader-script.ts'

export interface SupervisorPlace {
  /** See run-folder.ts. */
  readonly runFolder: string
  /** Bytes of the output that are known already. */
  readonly offset: number
  /** Shell text that is run once, right before the command; where it fails, the command does not begin. Absent or empty: none. */
  readonly preparation?: string | undefined
  /** argv of a program that starts beside the command and is the connection's when that has ended (companion.ts). Absent: none. */
  readonly companion?: readonly string[] | undefined
  /** Files in which the kernel counts what it killed for its memory; those of the container's own cgroup when absent. */
  readonly memoryEvents?: readonly string[]
}

/** Of cgroup 2 and 1: https://docs.kernel.org/admin-guide/cgroup-v2.html, memory.events; cgroup-v1/memory.html, memory.oom_control. */
const ownMemoryEvents = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control']

/** What the script calls; the message of a container that lacks one names it. */
const tools = ['cat', 'dd', 'mkdir', 'rm', 'sleep', 'wc']

/**
 * The text that a plain `sh` reads from its stdin: it starts the command detached from this connection (once, however often the text is sent),
 * then prints the command's output from byte `offset` on, and at last a record (see supervisor-record.ts).
 *
 * - Everything stands in functions that the last line calls, so a text that was cut does nothing. They end by `exit`: the shell must not wait for more text.
 * - Environment and arguments go through stdin and the shell's memory: they are in no file. Variables of ours are called kh_…: an image may export any other.
 * - Supervisor, pump and reader are a pipeline. What a shell starts by `&` would have SIGINT and SIGQUIT ignored for good, and so would the command.
 * - The command writes into a pipe, as under Docker: to open /dev/stderr anew (`tee /dev/stderr`) would empty a file. The pump takes it into a file,
 *   so the command neither blocks on this connection nor dies with it. A child that it leaves behind may go on writing and keeps the pump, but
 *   nobody waits for it: the size of the output is taken when the pump has all that the command wrote, and what is read at a time (`dd`) is limited.
 * - `read` waits for our acknowledgement; only then is the run folder deleted.
 * - A preparation is run by the text that makes the run folder, so once; where it fails, the folder goes, and the text may be sent again.
 * - A companion is the end of a pipeline whose beginning is all of this and then `cat`: it starts at once, and hears what comes behind our
 *   acknowledgement. Descriptor 4 is the connection's stdin and 5 its stdout; the command has neither.
 */
export function supervisorScript(
  command: PodCommand,
  { runFolder, offset, preparation = '', companion, memoryEvents = ownMemoryEvents }: SupervisorPlace
): string {
  return `kh_prepare() {
${preparation === '' ? ':' : preparation}
}
kh_supervise() {
trap '' TERM INT HUP
${ownPid} && echo "$kh_pid" >"$kh_dir/supervisor"
kh_count_oom_kills
kh_before=$kh_kills
(
trap - TERM INT HUP
${ownPid} && echo "$kh_pid" >"$kh_dir/pid"
${childScript(command)}
) 2>&1
kh_code=$?
exec >/dev/null
kh_drain
kh_count_oom_kills
echo $kh_code $(wc -c <"$kh_dir/log") $((kh_kills-kh_before)) >"$kh_dir/code"
}
kh_count_oom_kills() {
kh_kills=0
for kh_file in ${memoryEvents.map(shellQuote).join(' ')}; do
[ -r "$kh_file" ] && while read -r kh_key kh_value; do [ "$kh_key" = oom_kill ] && kh_kills=$kh_value; done <"$kh_file"
done
}
${pumpScript()}
${readerScript(offset)}
kh_run() { kh_supervise 4<&- 5>&- </dev/null 2>/dev/null | kh_pump 4<&- 5>&- 2>/dev/null | kh_read <&4 >&5 4<&- 5>&-; }
kh_main() {
for kh_tool in ${tools.join(' ')}; do command -v $kh_tool >/dev/null 2>&1 || { echo "the image has no $kh_tool" >&2; exit 1; }; done
kh_dir=${shellQuote(`${runFolder}/${command.id}`)}
if kh_words=$(mkdir "$kh_dir" 2>&1); then
kh_prepare </dev/null >&2 || { rm -rf "$kh_dir"; exit 1; }
: >"$kh_dir/log"
exec 4<&0 5>&1
${companion === undefined ? 'kh_run' : accompanied(companion)}
exit $?
fi
[ -d "$kh_dir" ] || { echo "$kh_words" >&2; exit 1; }
kh_read
}
kh_main
`
}

/**
 * Starts with the command. It gets what comes on stdin after the supervisor's last word. Its output goes through a pipe of its own: Node makes the pipe
 * that it writes to non-blocking for everybody who has it, and what the command's output is read with (`dd`) loses what such a pipe has no room for.
 */
const accompanied = (argv: readonly string[]): string =>
  `{ (kh_run) && cat <&4 4<&- 5>&-; } | { exec 4<&- 5>&-; exec ${argv.map(shellQuote).join(' ')} 2>/dev/null; } | cat >&5 4<&- 5>&-`

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
