/** Arguments of an action.yml as the fragments on the wire (1.6). */
export function encodeActionArguments(args: readonly string[]): readonly string[] {
  return splitArguments(args.map(arg => ` "${arg.replaceAll('"', '\\"')}"`).join(''))
}

/** An argument string of container actions and services: split on blanks, fragments trimmed, empty ones dropped (1.6). */
export function splitArguments(line: string): readonly string[] {
  return line
    .split(' ')
    .map(fragment => fragment.trim())
    .filter(fragment => fragment !== '')
}

/** The argument string of a script step: `Split(' ')`, empty fragments kept (1.5). */
export function splitScriptArguments(line: string): readonly string[] {
  return line.split(' ').map(fragment => fragment.trim())
}
