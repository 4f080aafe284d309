/**
 * The index of an OCI layout with its only image named `reference` for containerd.
 * @throws Error when it holds another number of images than one
 */
export function renameInIndex(index: string, reference: string): string {
  const parsed: unknown = JSON.parse(index)
  const manifests =
    isObject(parsed) && Array.isArray(parsed['manifests']) ? (parsed['manifests'] as readonly unknown[]) : []
  const [manifest] = manifests
  if (manifests.length !== 1 || !isObject(parsed) || !isObject(manifest)) {
    throw new Error(`One image is expected, the archive holds ${manifests.length}.`)
  }
  return JSON.stringify({
    ...parsed,
    manifests: [{ ...manifest, annotations: { 'io.containerd.image.name': reference } }]
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
