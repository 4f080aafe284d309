/**
 * Turns the runner's `entryPointArgs` into argv.
 *
 * The runner quotes each argument, joins them and cuts the line at every blank, so that `"hello world"` arrives as
 * `"hello` and `world"`. Without a hook the uncut line goes to Docker through .NET's `Process`, which reads it by the
 * Microsoft C rule; reading it in the same way gives the action the same arguments as Docker would (contract 1.6).
 * Runs of blanks inside an argument are lost in the runner and cannot be brought back.
 */
export function decodeEntryPointArgs(fragments: readonly string[]): string[] {
  const line = fragments.join(' ')
  const args: string[] = []
  for (let start = skipBlanks(line, 0); start < line.length;) {
    const { text, end } = readArgument(line, start)
    args.push(text)
    start = skipBlanks(line, end)
  }
  return args
}

/**
 * Reads up to the next blank outside quotes. Double quotes group, `""` inside quotes is a quote, and a quote that is
 * never closed reaches to the end. Backslashes mean themselves, except in front of a quote: there each pair is one
 * backslash, and a single one that remains makes the quote literal.
 * https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function readArgument(line: string, start: number): { readonly text: string; readonly end: number } {
  let text = ''
  let quoted = false
  let at = start
  while (at < line.length && (quoted || !isBlank(line.charAt(at)))) {
    const backslashes = countBackslashes(line, at)
    const quoteFollows = line[at + backslashes] === '"'
    if (backslashes > 0) {
      const escaped = quoteFollows && backslashes % 2 === 1 ? '"' : ''
      text += '\\'.repeat(quoteFollows ? Math.floor(backslashes / 2) : backslashes) + escaped
      at += backslashes + escaped.length
    } else if (!quoteFollows) {
      text += line.charAt(at)
      at += 1
    } else if (quoted && line[at + 1] === '"') {
      text += '"'
      at += 2
    } else {
      quoted = !quoted
      at += 1
    }
  }
  return { text, end: at }
}

function skipBlanks(line: string, start: number): number {
  let at = start
  while (isBlank(line.charAt(at))) at += 1
  return at
}

function countBackslashes(line: string, start: number): number {
  let count = 0
  while (line[start + count] === '\\') count += 1
  return count
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t'
}
