import type { RegistrySettings } from '../config/settings.ts'
import { printReference } from '../registry/reference.ts'
import type { BuildRequest } from './builder.ts'
import type { LayerCache } from './layer-cache.ts'
import type { Delivery } from './push-apart.ts'

/** Folders and files in BuildKit's containers. */
export const buildkitPaths = {
  context: '/context/source',
  /** Where the image of the project declares a volume; a second one would be made there otherwise. */
  storage: '/home/user/.local/share/buildkit',
  credentials: '/run/k8s-hooks/credentials',
  ca: '/run/k8s-hooks/ca',
  out: '/run/k8s-hooks/out'
} as const

/** Only this name means the image that is pushed, in the container that pushes. */
const stage = 'image'

/** argv that builds the image and pushes it, or leaves it in an OCI layout for another container. */
export function buildCommand(
  request: BuildRequest,
  registry: Pick<RegistrySettings, 'insecure'>,
  { delivery, layerCache }: { readonly delivery: Delivery; readonly layerCache: LayerCache | undefined }
): readonly string[] {
  const script = [prepare, cache, proxy, build, ...(delivery === 'push' ? [report] : [keep])].join('')
  return [
    ...['sh', '-c', script, 'sh'],
    ...(layerCache === undefined ? ['', '1'] : [cacheTag(request, layerCache), String(layerCache.maxAgeSeconds)]),
    ...option('filename', request.dockerfilePath),
    // The frontend takes it for a sign that the one which "# syntax=" names has been fetched already.
    ...(request.foreignFrontend === true ? [] : option('cmdline', 'docker/dockerfile')),
    // Makes the digest unique: deleting a digest deletes every image that has it.
    ...option('label:k8s-hooks.build', request.handle),
    // Quay deletes the image by itself if nobody else does; meaningless elsewhere.
    ...option('label:quay.expires-after', '5d'),
    '--output',
    delivery === 'push' ? pushedAs(request, registry) : `type=oci,tar=false,dest=${buildkitPaths.out}/layout`
  ]
}

/** argv that pushes what the other container has left. Nothing of it is run, triggers (ONBUILD) included. */
export function pushCommand(request: BuildRequest, registry: Pick<RegistrySettings, 'insecure'>): readonly string[] {
  return ['sh', '-c', [prepare, push, report].join(''), 'sh', '--output', pushedAs(request, registry)]
}

function option(name: string, value: string): readonly string[] {
  return ['--opt', `${name}=${value}`]
}

function pushedAs({ destination }: BuildRequest, { insecure }: Pick<RegistrySettings, 'insecure'>): string {
  return `type=image,name=${printReference(destination)},push=true${insecure ? ',registry.insecure=true' : ''}`
}

/** One manifest holds the layers of one Dockerfile: two that shared a tag would take it from each other. */
function cacheTag({ origin }: BuildRequest, { repository }: LayerCache): string {
  return `${repository}:${origin}`
}

/**
 * The daemon ends with its container. It limits what a step may print, which hides the words of one that fails; and the
 * process sandbox needs an unmasked /proc, which only privileged pods have.
 */
const prepare = `
set -eu
state=$(mktemp -d)
export USER="\${USER:-$(id -un)}" XDG_RUNTIME_DIR="$state" BUILDKIT_HOST="unix://$state/buildkitd.sock"
export BUILDKIT_STEP_LOG_MAX_SIZE=-1 BUILDKIT_STEP_LOG_MAX_SPEED=-1
printf %s "$BUILDKITD_CONFIG_TEXT" > "$state/buildkitd.toml"
rootlesskit buildkitd --config "$state/buildkitd.toml" --addr "$BUILDKIT_HOST" --root ${buildkitPaths.storage} \\
  --oci-worker-no-process-sandbox > "$state/log" 2>&1 &
daemon=$!
until buildctl debug workers > "$state/workers" 2>&1; do
  kill -0 $daemon 2> /dev/null || { cat "$state/log"; echo "Error: BuildKit did not start: $(tail -n 1 "$state/log")"; exit 1; }
  sleep 0.1
done
run() { buildctl build --progress plain --frontend dockerfile.v0 --metadata-file "$state/metadata.json" "$@"; }
digest() { sed -n 's/.*"containerimage\\.digest": *"\\(sha256:[0-9a-f]\\{64\\}\\)".*/\\1/p' "$state/metadata.json" | tr -d '\\n'; }
`

// What is older than the period is not found any more: a manifest of layers has no age of its own.
const cache = `
reference=$1 period=$2
shift 2
if [ -n "$reference" ]; then
  reference=$reference-$(($(date +%s) / period))
  set -- "$@" --import-cache "type=registry,ref=$reference" \\
    --export-cache "type=registry,ref=$reference,mode=max,ignore-error=true"
fi
`

// What buildctl has in its environment a RUN does not.
const proxy = `
for name in HTTPS_PROXY HTTP_PROXY NO_PROXY; do
  value=$(printenv "$name") || continue
  set -- "$@" --opt "build-arg:$name=$value"
done
`
const build = `
run --local context=${buildkitPaths.context} --local dockerfile=${buildkitPaths.context} "$@"
`
const keep = `
digest > ${buildkitPaths.out}/digest
`
const report = `
digest > /dev/termination-log
`
// A stage whose name is given a context is that context, whole: its own lines are not run, nor what the image says ONBUILD.
const push = `
mkdir "$state/dockerfile"
echo 'FROM scratch AS ${stage}' > "$state/dockerfile/Dockerfile"
run --local context="$state/dockerfile" --local dockerfile="$state/dockerfile" --opt target=${stage} \\
  --oci-layout ${stage}=${buildkitPaths.out}/layout \\
  --opt "context:${stage}=oci-layout://${stage}@$(cat ${buildkitPaths.out}/digest)" "$@"
`
