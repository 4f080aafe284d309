export interface InlineAgentOptions {
  /** Node in the container. */
  readonly node: string
  readonly program: string
  /** File in the container that names the process of the latest agent. */
  readonly pidFile: string
}

export interface InlineAgent {
  /** argv of the agent's process. */
  readonly command: readonly string[]
  /** What its stdin begins with. */
  readonly opening: Buffer
}

/** Reads as many bytes as it is told and not one more: what follows is for the program that they are. */
const loader = `
const { readSync } = require('node:fs')
const text = Buffer.alloc(Number(process.argv[1]))
for (let at = 0; at < text.length;) {
  const read = readSync(0, text, at, text.length - at)
  if (read === 0) process.exit(1)
  at += read
}
new Function('require', 'process', text.toString())(require, process)
`

/**
 * An agent for a container that has Node: its program comes at the beginning of stdin, so one exec brings it and talks to it.
 * The container's own NODE_OPTIONS must not reach it: they may load files that are not there, or print.
 */
export function agentFromStdin({ node, program, pidFile }: InlineAgentOptions): InlineAgent {
  const opening = Buffer.from(program)
  const script = 'unset NODE_OPTIONS; echo $$ >"$1"; shift; exec "$0" "$@"'
  return { command: ['sh', '-c', script, node, pidFile, '-e', loader, String(opening.length)], opening }
}
