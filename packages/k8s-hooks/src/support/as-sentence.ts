/** With a full stop, where the text has no end of its own: words of a server may have one or not, and another sentence follows. */
export function asSentence(text: string): string {
  return /[.!?:]$/.test(text.trimEnd()) ? text : `${text}.`
}
