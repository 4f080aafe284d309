/** What a registry asks for with status 401: https://distribution.github.io/distribution/spec/auth/token/ */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer'
      readonly realm: string
      readonly service: string | undefined
      readonly scope: string | undefined
    }

/** Reads WWW-Authenticate; undefined when it asks for something else. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined) return undefined
  const bearer = /\bbearer\s+(.*)$/i.exec(header)
  if (bearer?.[1] !== undefined) {
    const parameters = new Map(
      [...bearer[1].matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value])
    )
    const realm = parameters.get('realm')
    if (realm !== undefined && URL.canParse(realm))
      return { scheme: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') }
  }
  return /\bbasic\b/i.test(header) ? { scheme: 'basic' } : undefined
}

/**
 * The scope to ask for: what the challenge names together with what we want. Docker Hub and IBM's registry challenge a
 * DELETE with less than it takes (https://github.com/google/go-containerregistry/blob/main/pkg/v1/remote/transport/scope.go).
 */
export function widenScope(asked: string | undefined, repository: string, wanted: readonly string[]): string {
  const prefix = `repository:${repository}:`
  const given = asked?.startsWith(prefix) === true ? asked.slice(prefix.length).split(',') : []
  return prefix + [...new Set([...wanted, ...given.filter(action => action !== '')])].join(',')
}
