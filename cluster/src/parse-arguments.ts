/** One call of the command line. */
export type Command =
  | { readonly kind: 'up'; readonly need: readonly string[] }
  | { readonly kind: 'down' }
  | { readonly kind: 'status' }
  | { readonly kind: 'shell' }
  | { readonly kind: 'run'; readonly command: readonly [string, ...string[]] }
  | { readonly kind: 'import'; readonly archive: string; readonly reference: string }
  | { readonly kind: 'help' }

export const usage = `npm run cluster -- <command>

  up [--need IMAGE,...]      bring the cluster up, or make sure that it is; IMAGE: see "status"
  down                       remove it without a trace; what was built stays in the cache
  status                     which components run, which images are there
  run CMD [ARG...]           run CMD in the cluster's network, with its DNS, KUBECONFIG and kubectl
  shell                      the same with an interactive bash
  import ARCHIVE REFERENCE   make the image in an OCI or docker archive known to the node as REFERENCE
`

/** @throws Error with a sentence for the user when the arguments make no command */
export function parseArguments(argv: readonly string[]): Command {
  const [kind = 'help', ...rest] = argv
  switch (kind) {
    case 'up':
      return { kind, need: parseNeed(rest) }
    case 'down':
    case 'status':
    case 'shell':
      return { kind, ...expectNothing(kind, rest) }
    case 'run':
      return parseRun(rest)
    case 'import':
      return parseImport(rest)
    case 'help':
    case '--help':
    case '-h':
      return { kind: 'help' }
    default:
      throw new Error(`There is no command "${kind}".\n\n${usage}`)
  }
}

function parseNeed(rest: readonly string[]): readonly string[] {
  const need: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const argument = rest[i] ?? ''
    if (argument === '--need') need.push(...namesOf(rest[++i]))
    else if (argument.startsWith('--need=')) need.push(...namesOf(argument.slice('--need='.length)))
    else throw new Error(`up: "${argument}" is not understood.\n\n${usage}`)
  }
  return [...new Set(need)]
}

function namesOf(list: string | undefined): readonly string[] {
  const names = (list ?? '').split(',').filter(name => name !== '')
  if (names.length === 0) throw new Error('up: --need wants a list of images, for example --need buildah.')
  return names
}

function expectNothing(kind: string, rest: readonly string[]): object {
  if (rest.length > 0) throw new Error(`${kind} takes no arguments, but got: ${rest.join(' ')}`)
  return {}
}

function parseRun(rest: readonly string[]): Command {
  const [program, ...args] = rest[0] === '--' ? rest.slice(1) : rest
  if (program === undefined) throw new Error('run: a command is missing, for example: run kubectl get pods -A')
  return { kind: 'run', command: [program, ...args] }
}

function parseImport(rest: readonly string[]): Command {
  const [archive, reference, ...more] = rest
  if (archive === undefined || reference === undefined || more.length > 0) {
    throw new Error(
      'import wants two arguments: the archive and the reference, for example: import kaniko.tar localhost/kaniko:1'
    )
  }
  return { kind: 'import', archive, reference }
}
