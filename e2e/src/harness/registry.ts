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
  const repositories = await repositoriesOf(registryUrl)
  const tags = await Promise.all(
    repositories.map(async repository => {
      const response = await fetch(`${registryUrl}/v2/${repository}/tags/list`)
      // distribution forgets the tags but not the repository of a deleted image: 404, or tags: null.
      const list = response.ok ? ((await response.json()) as { readonly tags?: readonly string[] | null }) : {}
      return (list.tags ?? []).map(tag => `${repository}:${tag}`)
    })
  )
  return tags.flat()
}

/** Page by page: a registry that has served many builds knows thousands. */
async function repositoriesOf(registryUrl: string): Promise<readonly string[]> {
  const found: string[] = []
  for (let path: string | undefined = '/v2/_catalog?n=1000'; path !== undefined;) {
    const response = await fetch(registryUrl + path)
    const { repositories = [] } = (await response.json()) as { readonly repositories?: readonly string[] }
    found.push(...repositories)
    path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  return found
}

/** The configuration (`Entrypoint`, `User`, …) of the image `host/repository@digest`. */
export async function imageConfigOf(registryUrl: string, image: string): Promise<Readonly<Record<string, unknown>>> {
  const [name = '', digest = ''] = image.split('@')
  const repository = `${registryUrl}/v2/${name.slice(name.indexOf('/') + 1)}`
  const manifest = (await readJson(`${repository}/manifests/${digest}`)) as {
    readonly config: { readonly digest: string }
  }
  const { config } = (await readJson(`${repository}/blobs/${manifest.config.digest}`)) as {
    readonly config: Readonly<Record<string, unknown>>
  }
  return config
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: manifestTypes } })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return await response.json()
}

/** Puts an index that knows a manifest of the repository (`…/v2/<name>`) for linux/amd64 and no other platform. */
export async function putIndex(
  repository: string,
  { tag, of }: { readonly tag: string; readonly of: string }
): Promise<void> {
  const found = await fetch(`${repository}/manifests/${of}`, { headers: { accept: manifestTypes } })
  const [body, mediaType] = [await found.text(), found.headers.get('content-type')]
  const digest = found.headers.get('docker-content-digest')
  const platform = { os: 'linux', architecture: 'amd64' }
  const type = 'application/vnd.oci.image.index.v1+json'
  const answer = await fetch(`${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      manifests: [{ mediaType, digest, size: Buffer.byteLength(body), platform }]
    })
  })
  if (!answer.ok) throw new Error(`${repository} takes no index: ${answer.status} ${await answer.text()}`)
}

/** Deletes what tests have left on purpose, by `repository:tag`. */
export async function deleteTags(registryUrl: string, tags: readonly string[]): Promise<void> {
  for (const [repository = '', tag = ''] of tags.map(name => name.split(':'))) {
    const url = `${registryUrl}/v2/${repository}/manifests/`
    const { headers } = await fetch(url + tag, { method: 'HEAD', headers: { accept: manifestTypes } })
    await fetch(url + (headers.get('docker-content-digest') ?? tag), { method: 'DELETE' })
  }
}
