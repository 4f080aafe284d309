import { parse } from 'yaml'
import { parseSteps } from '../workflow/parse-steps.ts'
import { toMapping, toSequence, toText, valueOf, type Mapping, type Template } from '../workflow/template.ts'
import { templateFromYaml } from '../workflow/template-from-yaml.ts'
import type { ActionInput, ActionRuns, CompositeRuns, LoadedAction } from './action-manifest.ts'
import { isDockerfile } from './dockerfile-name.ts'

/**
 * Reads an action.yml.
 *
 * @throws Error naming the file and what is wrong with it
 */
export function parseManifest(file: string, content: string, directory: string): LoadedAction {
  try {
    const manifest = toMapping(templateFromYaml(parse(content)), 'action.yml')
    return { directory, inputs: parseInputs(manifest), runs: parseRuns(manifest) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Fail to load ${file}: ${reason}`, { cause })
  }
}

function parseInputs(manifest: Mapping): readonly ActionInput[] {
  return toMapping(valueOf(manifest, 'inputs'), 'inputs').entries.map(({ key, value }) => {
    const input = toMapping(value, `inputs.${key}`)
    return {
      name: key,
      default: valueOf(input, 'default') ?? '',
      deprecationMessage: toText(valueOf(input, 'deprecationMessage'), `inputs.${key}.deprecationMessage`)
    }
  })
}

function parseRuns(manifest: Mapping): ActionRuns {
  const template = valueOf(manifest, 'runs')
  if (template === undefined) throw new Error("Top level 'runs:' section is required")
  const runs = toMapping(template, 'runs')
  const using = toText(valueOf(runs, 'using'), 'runs.using')?.toLowerCase()
  if (using === 'docker') return parseDocker(runs)
  if (using === 'composite') return parseComposite(runs, manifest)
  if (using?.startsWith('node') === true) return parseJavaScript(runs, using)
  throw new Error(
    `'using: ${using ?? ''}' is not supported, use 'docker', 'node12', 'node16', 'node20', 'node24' or 'composite' instead.`
  )
}

function parseJavaScript(runs: Mapping, using: string): ActionRuns {
  const main = textOf(runs, 'main')
  if (main === undefined)
    throw new Error(`You are using a JavaScript Action but there is not an entry JavaScript file provided`)
  return { kind: 'javascript', node: nodeFolder(using), main, ...stages(runs, 'pre', 'post') }
}

/** The runner has no Node 12 and 16 any more: their actions run on 20. */
function nodeFolder(using: string): string {
  if (['node12', 'node16', 'node20'].includes(using)) return 'node20'
  if (using === 'node24') return using
  throw new Error(`'using: ${using}' is not supported, use 'node20' or 'node24' instead.`)
}

function parseDocker(runs: Mapping): ActionRuns {
  const image = textOf(runs, 'image')
  if (image === undefined || image === '')
    throw new Error('You are using a Container Action but an image is not provided')
  if (!image.toLowerCase().startsWith('docker://') && !isDockerfile(image)) {
    throw new Error(`'${image}' should be either '[path]/Dockerfile' or 'docker://image[:tag]'.`)
  }
  const args = valueOf(runs, 'args')
  return {
    kind: 'docker',
    image,
    args: args === undefined ? undefined : toSequence(args, 'runs.args'),
    entrypoint: textOf(runs, 'entrypoint'),
    env: toMapping(valueOf(runs, 'env'), 'runs.env'),
    ...stages(runs, 'pre-entrypoint', 'post-entrypoint')
  }
}

function parseComposite(runs: Mapping, manifest: Mapping): CompositeRuns {
  const steps = parseSteps(valueOf(runs, 'steps'), 'runs.steps')
  for (const { id, action, timeoutMinutes } of steps) {
    if (timeoutMinutes !== undefined) throw new Error(`Step '${id}': Unexpected value 'timeout-minutes'`)
    if (action.kind === 'run' && action.shell === undefined) {
      throw new Error(`Step '${id}': Required property is missing: shell`)
    }
  }
  const outputs = toMapping(valueOf(manifest, 'outputs'), 'outputs').entries.map(({ key, value }) => ({
    name: key,
    value: valueOf(toMapping(value, `outputs.${key}`), 'value') ?? ''
  }))
  return { kind: 'composite', steps, outputs }
}

interface Stages {
  readonly pre: string | undefined
  readonly preIf: string
  readonly post: string | undefined
  readonly postIf: string
}

function stages(runs: Mapping, pre: string, post: string): Stages {
  return {
    pre: textOf(runs, pre),
    preIf: textOf(runs, 'pre-if') ?? 'always()',
    post: textOf(runs, post),
    postIf: textOf(runs, 'post-if') ?? 'always()'
  }
}

function textOf(runs: Mapping, key: string): string | undefined {
  const value: Template | undefined = valueOf(runs, key)
  return toText(value, `runs.${key}`)
}
