import type { V1Container, V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import type { RegistrySettings } from '../config/settings.ts'
import { doneExitCode } from '../kubernetes/until-done.ts'
import { bareHostOf } from '../support/bare-host-of.ts'
import { receiveContainer } from './container-names.ts'

const root = '/context'

/** Made in `root` when the context has arrived whole; names the process that made it. */
export const doneMarker = `${root}/done`

export const contextVolume: V1Volume = { name: 'context', emptyDir: {} }

/** The unpacked context, for the builder. */
export function contextMount(mountPath: string): V1VolumeMount {
  return { name: contextVolume.name, mountPath, subPath: 'source', readOnly: true }
}

export interface ReceiverOptions {
  /** Whom the files belong to: whoever builds as another one could not read those that are for their owner alone. */
  readonly user?: number | undefined
  readonly registry: WaitedForRegistry
}

type WaitedForRegistry = Pick<RegistrySettings, 'pushHost' | 'insecure'>

/** Ends when the context is there and the builder, which starts then, can reach the registry. */
export function receiver(image: string, { user = 0, registry }: ReceiverOptions): V1Container {
  return {
    name: receiveContainer,
    image,
    command: [...waitCommand(registry)],
    securityContext: { runAsUser: user, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: contextVolume.name, mountPath: root }]
  }
}

/**
 * argv that ends when `receiveCommand` has and the registry takes connections, for which it waits 15 s at most: whether it
 * is there at all the builder tells better. Only a registry inside of the cluster is waited for, known by its plain http.
 */
export function waitCommand({ pushHost, insecure }: WaitedForRegistry, folder = root): readonly string[] {
  const url = new URL(`http://${pushHost}`)
  const registry = insecure ? [bareHostOf(url), url.port || '80'] : []
  return ['sh', '-c', waitScript, 'sh', folder, ...registry]
}

// Waits for the end of the exec which brought the context: killed together with the container, that would report 137 for a
// success. A network policy may not know a new pod in its first seconds and have its connections refused, upon which
// BuildKit gives up at once, Buildah too where there is a mirror. Without bash it is not waited for.
const waitScript = `
exec 2>/dev/null
until read -r pid < "$1/done"; do sleep 0.05; done
while kill -0 "$pid"; do sleep 0.02; done
[ -z "$2" ] || timeout 15 bash -c 'until : <> "/dev/tcp/$0/$1"; do sleep 0.1; done' "$2" "$3"
exit 0
`

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
