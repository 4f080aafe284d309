export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

/**
 * Reads `::name key=value,key=value::data` at the start of a line, or `##[name key=value;key=value]data` anywhere in
 * it (1.8). Undefined when the line is no command or the name is not registered.
 */
export function parseWorkflowCommand(
  line: string,
  isRegistered: (name: string) => boolean
): WorkflowCommand | undefined {
  return parseColons(line, isRegistered) ?? parseBrackets(line, isRegistered)
}

const colons = /^\s*::(.*?)::(.*)$/s
const brackets = /##\[([^\]]*)\](.*)$/s

function parseColons(line: string, isRegistered: (name: string) => boolean): WorkflowCommand | undefined {
  const [, head = '', data = ''] = colons.exec(line) ?? []
  const unescapeProperty = unescaper([...dataEscapes, ['%3A', ':'], ['%2C', ','], percent])
  return command(
    { head, data, separator: ',', unescapeProperty, unescapeData: unescaper([...dataEscapes, percent]) },
    isRegistered
  )
}

function parseBrackets(line: string, isRegistered: (name: string) => boolean): WorkflowCommand | undefined {
  const [, head = '', data = ''] = brackets.exec(line) ?? []
  const unescape = unescaper([['%3B', ';'], ...dataEscapes, ['%5D', ']'], percent])
  return command({ head, data, separator: ';', unescapeProperty: unescape, unescapeData: unescape }, isRegistered)
}

interface RawCommand {
  readonly head: string
  readonly data: string
  readonly separator: string
  readonly unescapeProperty: (text: string) => string
  readonly unescapeData: (text: string) => string
}

function command(raw: RawCommand, isRegistered: (name: string) => boolean): WorkflowCommand | undefined {
  const [name = '', ...rest] = raw.head.split(' ')
  if (name === '' || !isRegistered(name)) return undefined
  const pairs = rest
    .join(' ')
    .split(raw.separator)
    .map(pair => /^\s*([^=]+)=(.+)$/s.exec(pair))
    .filter(match => match !== null)
    .map(([, key = '', value = '']) => [key, raw.unescapeProperty(value)] as const)
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), data: raw.unescapeData(raw.data) }
}

type Escape = readonly [escaped: string, character: string]

const dataEscapes: readonly Escape[] = [
  ['%0D', '\r'],
  ['%0A', '\n']
]
const percent: Escape = ['%25', '%']

function unescaper(escapes: readonly Escape[]): (text: string) => string {
  return text => escapes.reduce((result, [escaped, character]) => result.replaceAll(escaped, character), text)
}
