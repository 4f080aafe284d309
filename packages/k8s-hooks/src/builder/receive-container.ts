import type { V1Container, V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import { doneExitCode } from '../kubernetes/until-done.ts'
import { receiveContainer } from './container-names.ts'

const root = '/context'

/** Made in `root` when the context has arrived whole; names the process that made it. */
export const doneMarker = `${root}/done`

export const contextVolume: V1Volume = { name: 'context', emptyDir: {} }

/** The unpacked context, for the builder. */
export function contextMount(mountPath: string): V1VolumeMount {
  return { name: contextVolume.name, mountPath, subPath: 'source', readOnly: true }
}

/**
 * Waits until the context is there, and then for the end of the exec which brought it: killed together with the container,
 * that would report 137 for a success. The files belong to `user`: whoever builds as another one could not read those that
 * are for their owner alone.
 */
export function receiver(image: string, user = 0): V1Container {
  return {
    name: receiveContainer,
    image,
    command: [...waitCommand()],
    securityContext: { runAsUser: user, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: contextVolume.name, mountPath: root }]
  }
}

/** argv that ends when `receiveCommand` has. */
export function waitCommand(folder = root): readonly string[] {
  return ['sh', '-c', waitScript, 'sh', folder]
}

const waitScript =
  'exec 2>/dev/null; until read -r pid < "$1/done"; do sleep 0.05; done; while kill -0 "$pid"; do sleep 0.02; done'

export interface ExpectedStream {
  readonly sha256: string
  readonly entryCount: number
}

/**
 * argv that unpacks a tar stream from stdin and marks it as arrived only if digest and number of entries agree. Each try
 * has a directory of its own, so that a broken one can't mix with the next, and removes it itself: only it knows whether it is about to arrive. Ends by `doneExitCode` when it has arrived.
 */
export function receiveCommand(attempt: number, expected: ExpectedStream, folder = root): readonly string[] {
  return ['sh', '-c', script, 'sh', folder, String(attempt), expected.sha256, String(expected.entryCount)]
}

// The digest is taken of the very bytes that tar reads; "tar -v" prints one line for each entry it made.
const script = `
set -e
root=$1 try=$1/try-$2 sha256=$3 count=$4
trap 'rm -rf "$try"' EXIT
mkdir "$try" "$try/source"
mkfifo "$try/copy"
sha256sum < "$try/copy" > "$try/sha256" & hasher=$!
tee "$try/copy" | tar -xvf - -C "$try/source" --no-same-owner -p > "$try/list"
wait $hasher
read -r found rest < "$try/sha256"
[ "$found" = "$sha256" ] || { echo "the stream has sha256 $found, not $sha256" >&2; exit 65; }
found=$(wc -l < "$try/list")
[ "$found" -eq "$count" ] || { echo "the stream has $found entries, not $count" >&2; exit 66; }
[ -e "$root/source" ] || mv "$try/source" "$root/source"
echo $$ > "$try/done"
mv "$try/done" "$root/done"
exit ${doneExitCode}
`
