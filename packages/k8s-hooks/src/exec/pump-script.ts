/** The pid of the shell itself, in whatever subshell it is: $$ would be another's. */
export const ownPid = 'read -r kh_pid kh_rest </proc/self/stat'

/** More than pipe (1 MiB at most for who is not root) and buffers hold. */
const mostInPipe = 2 * 1024 * 1024

/** Fractions of a second where `sleep` knows them. */
export function pause(seconds: string): string {
  return `sleep ${seconds} 2>/dev/null || sleep 1`
}

/** What another process is about to do is mostly done within so many looks of the shell's own, and to start `sleep` takes as long as all of them. */
export const spins = 200

/** Counts in `counter` how often it was waited. */
export function spinThenPause(counter: string, seconds: string): string {
  return `${counter}=$((${counter}+1)); [ $${counter} -lt ${spins} ] || ${pause(seconds)}`
}

/**
 * Functions of the supervisor that move the command's output from a pipe into `$kh_dir/log`.
 *
 * - `kh_pump` does so. It ignores TERM: a step that kills every `cat` loses no output by it.
 * - `kh_drain` waits until everything that was written so far has been moved: until the pump has ended; or, when a child of the command keeps the
 *   pipe open, until it sleeps because the pipe is empty, or has moved more than the pipe can hold.
 * - `kh_is_alive` is false of a process that nobody has waited for: the first process of a container seldom does.
 * - `kh_leave_pump` ends `kh_pump` while its `cat` goes on, so that nobody waits for such a child.
 */
export function pumpScript(): string {
  return `kh_pump() {
trap '' TERM INT HUP
trap 'exit 0' USR1
exec 6<&0 </dev/null
cat <&6 6<&- >>"$kh_dir/log" &
${ownPid} && echo "$! $kh_pid" >"$kh_dir/pump"
exec 6<&- >/dev/null
wait
}
kh_drain() {
kh_n=0
until [ -s "$kh_dir/pump" ] || [ $kh_n -gt ${spins + 1000} ]; do ${spinThenPause('kh_n', '0.005')}; done
read -r kh_cat kh_rest <"$kh_dir/pump"
kh_n=0
kh_asleep=0
kh_start=
while [ $kh_n -lt ${spins} ] && kh_is_alive "$kh_cat"; do kh_n=$((kh_n+1)); done
kh_n=0
while [ $kh_n -lt 10000 ] && kh_is_alive "$kh_cat"; do
kh_n=$((kh_n+1))
[ "$kh_state" = S ] && kh_asleep=$((kh_asleep+1)) || kh_asleep=0
if [ $kh_n -gt 10 ]; then
[ $kh_asleep -gt 1 ] && break
kh_size=$(wc -c <"$kh_dir/log")
kh_start=\${kh_start:-$kh_size}
[ $((kh_size-kh_start)) -gt ${mostInPipe} ] && break
fi
${pause('0.005')}
done
kh_leave_pump
}
kh_is_alive() { { read -r kh_pid kh_name kh_state kh_rest <"/proc/$1/stat"; } 2>/dev/null && [ "$kh_state" != Z ]; }
kh_leave_pump() { { read -r kh_cat kh_pump <"$kh_dir/pump" && kill -USR1 "$kh_pump"; } 2>/dev/null; }`
}
