import { pause, spins, spinThenPause } from './pump-script.ts'

/**
 * Functions of the supervisor that print the command's output from byte `offset` on until the command has ended, then the record, and after its
 * acknowledgement that nothing of the command is left.
 * `kh_read` is the end of the connection's shell; there may be several, one after the other or at once.
 */
export function readerScript(offset: number): string {
  return `kh_lost() { kh_leave_pump; echo "k8s-hooks lost" >&2; exit 1; }
kh_read() {
kh_n=0
until [ -s "$kh_dir/supervisor" ]; do
if [ -e "$kh_dir/stopped" ] || [ $kh_n -gt ${spins + 200} ]; then kh_lost; fi
[ $kh_n -lt ${spins + 50} ] && kh_pause=0.005 || kh_pause=0.1
${spinThenPause('kh_n', '$kh_pause')}
done
read -r kh_supervisor <"$kh_dir/supervisor"
exec 3<"$kh_dir/log"
${skip(offset)}
echo "k8s-hooks attached" >&2
kh_n=0
kh_pause=0.002
until [ -s "$kh_dir/code" ]; do
if ! kh_is_alive "$kh_supervisor" && ! [ -s "$kh_dir/code" ]; then ${readSome}; kh_lost; fi
${readSome}
kh_n=$((kh_n+1))
[ $kh_n -eq 4 ] && kh_pause=0.01
[ $kh_n -eq 12 ] && kh_pause=0.05
[ $kh_n -eq 50 ] && kh_pause=0.15
${pause('$kh_pause')}
done
kh_code=
{ read -r kh_code <"$kh_dir/code"; } 2>/dev/null
[ -n "$kh_code" ] || kh_lost
echo "k8s-hooks exit $kh_code" >&2
cat <&3 &
kh_rest=$!
read -r kh_ack
kill $kh_rest 2>/dev/null
wait $kh_rest 2>/dev/null
[ "$kh_ack" = ack ] && rm -rf "$kh_dir" && echo "k8s-hooks gone" >&2
exit 0
}`
}

/** At most 16 MiB of the output, so that whoever writes faster than the connection carries does not hide the end of the command. */
const readSome = 'dd bs=65536 count=256 <&3 2>/dev/null'

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
