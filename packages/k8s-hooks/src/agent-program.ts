/** bundle.mjs sets it. */
declare const AGENT_PROGRAM: string | undefined

/** Text of the program that agent-main.ts is. Throws outside the bundle, which alone contains it. */
export function agentProgram(): string {
  const text = typeof AGENT_PROGRAM === 'undefined' ? undefined : AGENT_PROGRAM
  if (text === undefined) throw new Error('This is not the bundle: it contains no agent.')
  return text
}
