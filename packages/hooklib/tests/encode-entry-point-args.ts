/** What the runner puts on the wire for the `args:` of an action (contract 1.6): quoted, joined, cut at every blank. */
export function encodeActionArgs(args: readonly string[]): string[] {
  const line = args.map(arg => ` "${arg.replaceAll('"', '\\"')}"`).join('')
  return line
    .split(' ')
    .map(fragment => fragment.trim())
    .filter(fragment => fragment !== '')
}

/** Quotes one argument so that the Microsoft C rule gives it back whatever it holds. */
export function quoteForCommandLine(arg: string): string {
  return `"${arg.replaceAll(/(\\*)("|$)/g, (_, slashes: string, quote: string) => {
    return slashes + slashes + (quote === '' ? '' : '\\"')
  })}"`
}
