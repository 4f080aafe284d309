export interface PathMapping {
  readonly host: string
  readonly container: string
}

/** Host paths and their names in a container; earlier mappings win (3). */
export interface PathMap {
  readonly toContainer: (value: string) => string
  readonly toHost: (value: string) => string
}

/** A value is rewritten when it is a mapped path or begins with one and a slash; never inside a list (1.4). */
export function createPathMap(mappings: readonly PathMapping[]): PathMap {
  return {
    toContainer: value => translate(value, mappings),
    toHost: value =>
      translate(
        value,
        mappings.map(({ host, container }) => ({ host: container, container: host }))
      )
  }
}

function translate(value: string, mappings: readonly PathMapping[]): string {
  const mapping = mappings.find(({ host }) => value === host || value.startsWith(`${host}/`))
  return mapping === undefined ? value : mapping.container + value.slice(mapping.host.length)
}
