import { HookError } from './hook-error.ts'
import type { HookContainer, HookInput, JobContainer, Mount, RegistryCredentials, ScriptStep } from './hook-input.ts'
import { arrayOf, booleanOf, memberOf, objectOf, orNull, recordOf, stringOf, type JsonField } from './json-field.ts'

const commands = ['prepare_job', 'run_script_step', 'run_container_step', 'cleanup_job']

/**
 * Reads what the runner wrote to stdin (contract 1.1 to 1.5). Fields this version does not know are ignored: later
 * runners send more. Throws `INPUT_INVALID` with the path of the first bad field; the message never holds a value of
 * the input, because tokens and passwords are in it.
 */
export function parseHookInput(text: string): HookInput {
  const input: JsonField = { path: '', value: parseJson(text) }
  const command = stringOf(memberOf(input, 'command'))
  const responseFile = stringOf(memberOf(input, 'responseFile'))
  const state = orNull(memberOf(input, 'state'), objectOf)
  const args = memberOf(input, 'args')
  switch (command) {
    case 'prepare_job':
      return { command, responseFile, args: prepareJobArgsOf(args), state }
    case 'run_script_step':
      return { command, responseFile, args: scriptStepOf(args), state }
    case 'run_container_step':
      return { command, responseFile, args: containerStepOf(args), state }
    case 'cleanup_job':
      return { command, responseFile, args: objectOf(args), state }
    default:
      throw new HookError('INPUT_INVALID', `The command is none of ${commands.join(', ')}: ${quoteStart(command)}.`, {
        hint: 'This hook may be older than the runner: install the latest release of it.'
      })
  }
}

function parseJson(text: string): unknown {
  if (text.trim() === '') {
    throw new HookError('INPUT_INVALID', 'The hook got no input on stdin.', {
      hint: 'A hook is started by the runner: set ACTIONS_RUNNER_CONTAINER_HOOKS to its path.'
    })
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message and stack quote the text, so neither is kept.
    throw new HookError('INPUT_INVALID', `The input on stdin is not JSON (${text.length} characters were read).`, {
      hint: 'A hook is started by the runner, which writes one JSON object to its stdin.'
    })
  }
}

function prepareJobArgsOf(args: JsonField) {
  return {
    container: orNull(memberOf(args, 'container'), jobContainerOf),
    services: arrayOf(memberOf(args, 'services'), jobContainerOf)
  }
}

function jobContainerOf(field: JsonField): JobContainer {
  return { ...containerOf(field), image: stringOf(memberOf(field, 'image')) }
}

function containerStepOf(args: JsonField): HookContainer {
  const container = containerOf(args)
  if (container.image === null && container.dockerfile === null) {
    throw new HookError('INPUT_INVALID', 'args.image or args.dockerfile must be a string, both are null.')
  }
  return container
}

function containerOf(field: JsonField): HookContainer {
  const at = (name: string) => memberOf(field, name)
  return {
    image: orNull(at('image'), stringOf),
    dockerfile: orNull(at('dockerfile'), stringOf),
    entryPointArgs: arrayOf(at('entryPointArgs'), stringOf),
    entryPoint: orNull(at('entryPoint'), stringOf) || null,
    workingDirectory: orNull(at('workingDirectory'), stringOf),
    createOptions: orNull(at('createOptions'), stringOf),
    registry: orNull(at('registry'), registryOf),
    environmentVariables: recordOf(at('environmentVariables'), stringOf),
    portMappings: arrayOf(at('portMappings'), stringOf),
    systemMountVolumes: arrayOf(at('systemMountVolumes'), mountOf),
    userMountVolumes: arrayOf(at('userMountVolumes'), mountOf)
  }
}

function scriptStepOf(args: JsonField): ScriptStep {
  return {
    entryPointArgs: arrayOf(memberOf(args, 'entryPointArgs'), stringOf),
    entryPoint: stringOf(memberOf(args, 'entryPoint')),
    environmentVariables: recordOf(memberOf(args, 'environmentVariables'), stringOf),
    prependPath: arrayOf(memberOf(args, 'prependPath'), stringOf),
    workingDirectory: stringOf(memberOf(args, 'workingDirectory'))
  }
}

function mountOf(field: JsonField): Mount {
  return {
    userProvidedValue: orNull(memberOf(field, 'userProvidedValue'), stringOf),
    sourceVolumePath: orNull(memberOf(field, 'sourceVolumePath'), stringOf),
    targetVolumePath: stringOf(memberOf(field, 'targetVolumePath')),
    readOnly: booleanOf(memberOf(field, 'readOnly'))
  }
}

function registryOf(field: JsonField): RegistryCredentials {
  return {
    username: stringOf(memberOf(field, 'username')),
    password: orNull(memberOf(field, 'password'), stringOf),
    serverUrl: stringOf(memberOf(field, 'serverUrl'))
  }
}

function quoteStart(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
