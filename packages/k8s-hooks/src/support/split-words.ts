/** A character outside quotes and blanks, a quoted part, or an escaped character. A quote that is never closed reaches to the end. */
const part =
  /'(?<single>[^']*)(?:'|$)|"(?<double>(?:\\[^]|[^"\\])*)(?:\\?$|")|\\(?<escaped>[^])|(?<plain>[^\s'"\\]+|\\$)|(?<blank>\s+)/g

/** Splits a text into words as a POSIX shell does with quotes and backslashes, without expanding anything. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  for (const { groups = {} } of text.matchAll(part)) {
    if (groups['blank'] === undefined) word = `${word ?? ''}${textOf(groups)}`
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

/** Inside double quotes a backslash means something only before `"`, `\`, `$` and a backtick; before a line's end it joins the lines. */
function textOf({ single, double, escaped, plain }: Readonly<Record<string, string | undefined>>): string {
  if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, '$1').replaceAll('\\\n', '')
  if (escaped !== undefined) return escaped === '\n' ? '' : escaped
  return single ?? plain ?? ''
}
