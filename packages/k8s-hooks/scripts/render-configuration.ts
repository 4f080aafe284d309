import { settingDefinitions } from '../src/config/schema.ts'
import type { SettingDefinition, SettingGroup } from '../src/config/setting-definition.ts'

const intro = `# Configuration

Variables in the environment of the runner's container. An empty one is not set. A wrong value fails the first hook of a job
with [\`CONFIG_INVALID\`](troubleshooting.md#config_invalid), which lists every problem at once.

<!-- Generated from packages/k8s-hooks/src/config/schema.ts by \`npm run docs -w packages/k8s-hooks\`. -->
`

interface Section {
  readonly group: SettingGroup
  readonly heading: string
  readonly text?: string
}

const sections: readonly Section[] = [
  {
    group: 'registry',
    heading: 'Registry',
    text: 'Where temporary images of Dockerfile actions are pushed to and pulled from; see [registries](registries.md).'
  },
  { group: 'builder', heading: 'Builder', text: 'What builds these images; see [builders](builders.md).' },
  {
    group: 'proxy',
    heading: 'Proxy',
    text: "The variables of every program, as ARC's `proxy` sets them, also in small letters; see [registries](registries.md#behind-a-proxy)."
  },
  { group: 'job and steps', heading: 'Job and steps' },
  {
    group: 'ARC',
    heading: "ARC's own variables",
    text: 'They mean what they mean to the hooks that ship with the runner. The form of the template: [hook template](operations.md#hook-template).'
  }
]

const typeNames: Readonly<Record<SettingDefinition['type'], string>> = {
  text: 'text',
  port: 'port',
  seconds: 'seconds',
  bytes: 'bytes',
  boolean: '`true` or `false`',
  host: 'host',
  hosts: 'hosts, comma-separated',
  choice: '',
  cpus: 'CPUs',
  memory: 'bytes, or with `k`, `m`, `g`'
}

const columns = ['variable', 'type', 'default', 'example', 'meaning']

/** docs/configuration.md, as Prettier would format it: every variable of the schema in the table of its group. */
export function renderConfiguration(
  definitions: readonly SettingDefinition[] = Object.values(settingDefinitions)
): string {
  const rendered = sections.map(({ group, heading, text }) => {
    const rows = definitions.filter(definition => definition.group === group).map(cellsOf)
    return [`## ${heading}`, ...(text === undefined ? [] : [text]), renderTable([columns, ...rows])].join('\n\n')
  })
  return `${[intro.trimEnd(), ...rendered].join('\n\n')}\n`
}

function cellsOf(definition: SettingDefinition): readonly string[] {
  const { name, type, choices = [], example, meaning } = definition
  const typeName = type === 'choice' ? choices.map(code).join(', ') : typeNames[type]
  return [code(name), typeName, defaultOf(definition), code(example), meaning].map(cell => cell.replaceAll('|', '\\|'))
}

/** A default that could stand in the environment as it is reads as a value, any other as words. */
function defaultOf({ default: text, choices = [] }: SettingDefinition): string {
  return /^(\d+|true|false)$/.test(text) || choices.includes(text) ? code(text) : text
}

function code(text: string): string {
  return `\`${text}\``
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const renderRow = (cells: readonly string[], filler = ' '): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, filler)).join(' | ')} |`
  const [header = [], ...body] = rows
  return [renderRow(header), renderRow([], '-'), ...body.map(row => renderRow(row))].join('\n')
}
