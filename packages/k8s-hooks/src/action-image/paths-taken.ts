import type { JSONInstruction } from 'dockerfile-ast'
import { Add, Copy, type Dockerfile, type Instruction, ModifiableInstruction, Onbuild } from 'dockerfile-ast'

const longestChain = 10
/** In bytes, Linux' PATH_MAX. */
const longestPath = 4096

/** Paths of the context that an instruction reads, with the variables replaced that the Dockerfile itself gives a value. */
export function pathsTaken(instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  return expanded(rawPaths(instruction, isOfContext), instruction, dockerfile)
}

/** Paths of stages and images that COPY --from reads. */
export function stagePathsTaken(instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  return expanded(
    rawPaths(instruction, flags => !isOfContext(flags)),
    instruction,
    dockerfile
  )
}

function isOfContext(instruction: ModifiableInstruction): boolean {
  return flagValue(instruction, 'from') === undefined
}

function expanded(paths: readonly string[], instruction: Instruction, dockerfile: Dockerfile): readonly string[] {
  const line = instruction.getRange().start.line
  return paths.map(path => expandAll(path, name => dockerfile.resolveVariable(name, line) ?? undefined))
}

type Wanted = (instruction: ModifiableInstruction) => boolean

function rawPaths(instruction: Instruction, wanted: Wanted): readonly string[] {
  if (instruction instanceof Onbuild) {
    const trigger = instruction.getTriggerInstruction()
    return trigger === null ? [] : rawPaths(trigger, wanted)
  }
  if (instruction instanceof Copy || instruction instanceof Add)
    return wanted(instruction) ? sourcesOf(instruction) : []
  return instruction instanceof ModifiableInstruction && instruction.getKeyword() === 'RUN' && wanted(instruction)
    ? bindsOf(instruction)
    : []
}

/** All arguments but the last, which is the destination. */
function sourcesOf(instruction: JSONInstruction): readonly string[] {
  return wordsOf(instruction)
    .slice(0, -1)
    .filter(word => !/^(?:<<|https?:|git@)/.test(word))
}

/** Arguments without flags and without the text of here-documents, in either form of writing them. */
export function wordsOf(instruction: JSONInstruction): readonly string[] {
  const inJson = parseWords(instruction.getRawArgumentsContent() ?? '')
  if (inJson !== undefined) return inJson
  const firstHeredoc = instruction instanceof Copy ? instruction.getHeredocs()[0] : undefined
  const lastLine = firstHeredoc?.getStartRange().start.line ?? Number.POSITIVE_INFINITY
  return instruction
    .getArguments()
    .filter(word => word.getRange().start.line <= lastLine)
    .map(word => unquote(word.getValue()))
}

function parseWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) ? words.map(String) : undefined
  } catch {
    return undefined
  }
}

/** Sources of `RUN --mount=type=bind,source=…` without `from`: they come from the context. */
function bindsOf(instruction: ModifiableInstruction): readonly string[] {
  return mountsOf(instruction).flatMap(options => {
    const source = options.get('source') ?? options.get('src')
    return (options.get('type') ?? 'bind') === 'bind' && !options.has('from') && source !== undefined ? [source] : []
  })
}

/** Options of each `--mount` flag. */
export function mountsOf(instruction: ModifiableInstruction): readonly ReadonlyMap<string, string>[] {
  return instruction
    .getFlags()
    .filter(flag => flag.getName() === 'mount')
    .map(
      flag =>
        new Map(
          (flag.getValue() ?? '').split(',').map(option => {
            const [name = '', ...value] = option.split('=')
            return [name, value.join('=')]
          })
        )
    )
}

export function flagValue(instruction: ModifiableInstruction, name: string): string | undefined {
  const flag = instruction.getFlags().find(candidate => candidate.getName() === name)
  return flag === undefined ? undefined : (flag.getValue() ?? '')
}

function unquote(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, '$2')
}

/** Values may hold variables themselves; one that holds itself ends somewhere. */
export function expandAll(text: string, valueOf: (name: string) => string | undefined): string {
  let expanded = text
  for (let round = 0; round < longestChain; round++) {
    const next = expand(expanded, valueOf)
    if (next === expanded || next.length > longestPath) break
    expanded = next
  }
  return expanded
}

/** Replaces $NAME, ${NAME} and ${NAME:-default}; what has no value here stays as it is. */
function expand(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (whole, plain: string | undefined, braced: string | undefined, fallback: string | undefined) =>
      valueOf(plain ?? braced ?? '') ?? fallback ?? whole
  )
}
