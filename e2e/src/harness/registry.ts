const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json'
].join(', ')

/** HTTP status of the registry for `host/repository@digest`. */
export async function registryStatusOf(registryUrl: string, image: string): Promise<number> {
  const [name = '', digest = ''] = image.split('@')
  const repository = name.slice(name.indexOf('/') + 1)
  const response = await fetch(`${registryUrl}/v2/${repository}/manifests/${digest}`, {
    method: 'HEAD',
    headers: { accept: manifestTypes }
  })
  return response.status
}

/** Every `repository:tag` that the registry holds. */
export async function registryTags(registryUrl: string): Promise<readonly string[]> {
  const catalog = (await (await fetch(`${registryUrl}/v2/_catalog?n=1000`)).json()) as {
    readonly repositories?: readonly string[]
  }
  const tags = await Promise.all(
    (catalog.repositories ?? []).map(async repository => {
      const response = await fetch(`${registryUrl}/v2/${repository}/tags/list`)
      // distribution forgets the tags but not the repository of a deleted image: 404, or tags: null.
      const list = response.ok ? ((await response.json()) as { readonly tags?: readonly string[] | null }) : {}
      return (list.tags ?? []).map(tag => `${repository}:${tag}`)
    })
  )
  return tags.flat()
}
