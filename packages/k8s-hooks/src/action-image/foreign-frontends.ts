import type { Dockerfile, ParserDirective } from 'dockerfile-ast'

/** The `# syntax=` line, where it names another program than Docker's stable frontend, whose language every builder knows. */
export function foreignFrontends(dockerfile: Dockerfile): readonly ParserDirective[] {
  return dockerfile
    .getDirectives()
    .filter(directive => directive.getName().toLowerCase() === 'syntax' && !isDockersOwn(directive.getValue()))
}

/** Not the "labs" channel, which has what the stable one has not yet. */
function isDockersOwn(frontendImage: string): boolean {
  return (
    /^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(frontendImage) && !/:[^@]*labs(?:@|$)/.test(frontendImage)
  )
}
