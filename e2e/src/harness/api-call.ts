/** A request to the API server. */
export interface ApiCall {
  /** In RBAC's words: "create pods", "get pods/exec". */
  readonly kind: string
  /** What tells it from other calls of its kind: path, query and the name of what it creates. Its repetition has the same. */
  readonly subject: string
  /** Of what it creates; "" for other calls. */
  readonly name: string
}

const resourcePath = /\/namespaces\/[^/]+\/(?<resource>[^/?]+)(?:\/(?<name>[^/?]+))?(?:\/(?<subresource>[^/?]+))?/
const verbs: Readonly<Record<string, string | undefined>> = { POST: 'create', DELETE: 'delete' }

export function apiCallOf(method: string, url: string, body: string): ApiCall {
  const { resource = '', name, subresource = '' } = resourcePath.exec(url)?.groups ?? {}
  const verb = verbs[method] ?? (name === undefined ? 'list' : 'get')
  const created = verb === 'create' ? nameIn(body) : ''
  const kind = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`
  return { kind, subject: `${method} ${url} ${created}`, name: created }
}

function nameIn(body: string): string {
  return (JSON.parse(body) as { readonly metadata: { readonly name: string } }).metadata.name
}
