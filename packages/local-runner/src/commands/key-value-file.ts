/**
 * Reads `NAME=value` and `NAME<<DELIMITER` entries of a file command (3).
 *
 * @throws Error in the runner's words when a line is neither
 */
export function parseKeyValueFile(text: string): readonly (readonly [name: string, value: string])[] {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  const pairs: (readonly [string, string])[] = []
  let index = 0
  while (index < lines.length) {
    const line = lines[index++] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push(plainPair(line, equals))
    } else if (heredoc >= 0) {
      const [name, delimiter] = heredocStart(line, heredoc)
      const end = lines.indexOf(delimiter, index)
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`)
      pairs.push([name, lines.slice(index, end).join('\n')])
      index = end + 1
    } else {
      throw new Error(`Invalid format '${line}'`)
    }
  }
  return pairs
}

function plainPair(line: string, equals: number): readonly [string, string] {
  if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`)
  return [line.slice(0, equals), line.slice(equals + 1)]
}

function heredocStart(line: string, heredoc: number): readonly [name: string, delimiter: string] {
  const name = line.slice(0, heredoc)
  const delimiter = line.slice(heredoc + 2)
  if (name === '' || delimiter === '') {
    throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`)
  }
  return [name, delimiter]
}
