import type { ContainerArgs, Environment, HookCall, HookState, Mount, Registry } from './hook-args.ts'

/**
 * The line of JSON that goes to the hook's stdin, without the newline (1.1): properties in the order in which the
 * runner's classes declare them, nulls written out, names of the environment as they are.
 */
export function writeHookInput(call: HookCall, responseFile: string, state: HookState): string {
  return object([
    ['command', json(call.command)],
    ['responseFile', json(responseFile)],
    ['args', writeArgs(call)],
    ['state', json(state)]
  ])
}

function writeArgs(call: HookCall): string {
  switch (call.command) {
    case 'prepare_job':
      return object([
        ['container', call.args.container === null ? 'null' : writeContainer(call.args.container)],
        ['services', `[${call.args.services.map(writeContainer).join(',')}]`]
      ])
    case 'run_script_step':
      return object([
        ['entryPointArgs', json(call.args.entryPointArgs)],
        ['entryPoint', json(call.args.entryPoint)],
        ['environmentVariables', writeEnvironment(call.args.environmentVariables)],
        ['prependPath', json(call.args.prependPath)],
        ['workingDirectory', json(call.args.workingDirectory)]
      ])
    case 'run_container_step':
      return writeContainer(call.args)
    case 'cleanup_job':
      return '{}'
  }
}

function writeContainer(container: ContainerArgs): string {
  return object([
    ['image', json(container.image)],
    ['dockerfile', json(container.dockerfile)],
    ['entryPointArgs', json(container.entryPointArgs)],
    ['entryPoint', json(container.entryPoint)],
    ['workingDirectory', json(container.workingDirectory)],
    ['createOptions', json(container.createOptions)],
    ['registry', container.registry === null ? 'null' : writeRegistry(container.registry)],
    ['environmentVariables', writeEnvironment(container.environmentVariables)],
    ['portMappings', json(container.portMappings)],
    ['systemMountVolumes', `[${container.systemMountVolumes.map(writeMount).join(',')}]`],
    ['userMountVolumes', `[${container.userMountVolumes.map(writeMount).join(',')}]`]
  ])
}

function writeRegistry({ username, password, serverUrl }: Registry): string {
  return object([
    ['username', json(username)],
    ['password', json(password)],
    ['serverUrl', json(serverUrl)]
  ])
}

function writeMount(mount: Mount): string {
  return object([
    ['userProvidedValue', json(mount.userProvidedValue)],
    ['sourceVolumePath', json(mount.sourceVolumePath)],
    ['targetVolumePath', json(mount.targetVolumePath)],
    ['readOnly', json(mount.readOnly)]
  ])
}

function writeEnvironment(environment: Environment): string {
  return object(environment.map(([name, value]) => [name, json(value)] as const))
}

function object(properties: readonly (readonly [name: string, json: string])[]): string {
  return `{${properties.map(([name, value]) => `${json(name)}:${value}`).join(',')}}`
}

/** Newtonsoft escapes the three line breaks that JSON allows in a string: the input stays one line (1.1). */
function json(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
