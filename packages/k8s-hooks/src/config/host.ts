const hostName = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
/** A component of a repository (github.com/distribution/reference): lower case. */
const pathComponent = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/

/** Whether a text names a registry: host, port if need be, and a path that every repository there gets in front. */
export function isHost(text: string): boolean {
  const { host, path } = splitHost(text)
  return hostName.test(host) && (path === '' || path.split('/').every(component => pathComponent.test(component)))
}

/** "ghcr.io" and "acme/tmp" of "ghcr.io/acme/tmp/". */
export function splitHost(text: string): { readonly host: string; readonly path: string } {
  const slash = text.indexOf('/')
  return slash < 0
    ? { host: text, path: '' }
    : { host: text.slice(0, slash), path: text.slice(slash + 1).replace(/\/$/, '') }
}
