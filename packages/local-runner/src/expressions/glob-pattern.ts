/**
 * A glob of `hashFiles()` as a test on absolute paths: `**` crosses directories, `*` and `?` do not, `[…]` is a set.
 * A pattern that names a directory means everything under it.
 */
export function globPattern(pattern: string): (path: string) => boolean {
  const segments = pattern.split('/').filter(segment => segment !== '')
  const expression = segments.map(segment => (segment === '**' ? '(/[^/]+)*' : `/${translate(segment)}`)).join('')
  const compiled = new RegExp(`^${expression}(/.*)?$`, 's')
  return path => compiled.test(path)
}

function translate(segment: string): string {
  const pieces = segment.match(/\*+|\?|\[[^\]]+\]|[^*?[]+|\[/g) ?? []
  return pieces.map(translatePiece).join('')
}

function translatePiece(piece: string): string {
  if (piece.startsWith('*')) return '[^/]*'
  if (piece === '?') return '[^/]'
  if (piece.startsWith('[') && piece.length > 1) return piece.replace(/^\[!/, '[^')
  return piece.replace(/[.+^${}()|\\[\]]/g, '\\$&')
}
