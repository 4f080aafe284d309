/**
 * A glob of `hashFiles()` as a test on absolute paths: `**` crosses directories, `*` and `?` do not, `[…]` is a set.
 * A pattern that names a directory means everything under it.
 */
export function globPattern(pattern: string): (path: string) => boolean {
  const expression = new RegExp(`^${translate(pattern.replace(/\/+$/, ''))}(/.*)?$`, 's')
  return path => expression.test(path)
}

const tokens = /\/\*\*(?=\/|$)|\*\*\/?|\*|\?|\[[^\]]+\]|[^*?[]+|\[/g

function translate(pattern: string): string {
  return [...pattern.matchAll(tokens)].map(([token]) => translateToken(token)).join('')
}

function translateToken(token: string): string {
  if (token === '/**') return '(/.*)?'
  if (token === '**/' || token === '**') return '(.*/)?'
  if (token === '*') return '[^/]*'
  if (token === '?') return '[^/]'
  if (token.startsWith('[') && token.length > 1) return token.replace(/^\[!/, '[^')
  return token.replace(/[.+^${}()|\\[\]]/g, '\\$&')
}
