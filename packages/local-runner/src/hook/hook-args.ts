export interface Mount {
  readonly userProvidedValue: string | null
  readonly sourceVolumePath: string | null
  readonly targetVolumePath: string
  readonly readOnly: boolean
}

export interface Registry {
  readonly username: string
  readonly password: string | null
  readonly serverUrl: string
}

/** Arguments of run_container_step, and a container of prepare_job (1.2). */
export interface ContainerArgs {
  readonly image: string | null
  readonly dockerfile: string | null
  readonly entryPointArgs: readonly string[]
  readonly entryPoint: string | null
  readonly workingDirectory: string | null
  readonly createOptions: string | null
  readonly registry: Registry | null
  readonly environmentVariables: Environment
  readonly portMappings: readonly string[]
  readonly systemMountVolumes: readonly Mount[]
  readonly userMountVolumes: readonly Mount[]
}

export interface PrepareJobArgs {
  readonly container: ContainerArgs | null
  readonly services: readonly ContainerArgs[]
}

export interface ScriptArgs {
  readonly entryPointArgs: readonly string[]
  readonly entryPoint: string
  readonly environmentVariables: Environment
  readonly prependPath: readonly string[]
  readonly workingDirectory: string
}

/** In the order of the JSON, which an object does not keep for names that look like numbers. */
export type Environment = readonly (readonly [name: string, value: string])[]

export type HookState = Readonly<Record<string, unknown>> | null

export type HookCall =
  | { readonly command: 'prepare_job'; readonly args: PrepareJobArgs }
  | { readonly command: 'run_script_step'; readonly args: ScriptArgs }
  | { readonly command: 'run_container_step'; readonly args: ContainerArgs }
  | { readonly command: 'cleanup_job' }
