import type { JsonObject } from './json.ts'

/** What the runner says on stdin, one object per process (contract 1.1 to 1.5). */
export type HookInput = PrepareJobInput | RunScriptStepInput | RunContainerStepInput | CleanupJobInput

interface Envelope<Command extends string, Args> {
  readonly command: Command
  /** On the runner's disk; created empty by the runner, which reads it after exit code 0 only. */
  readonly responseFile: string
  readonly args: Args
  /** What an earlier hook of the job returned; null in prepare_job, after a failed one, and in jobs without containers. */
  readonly state: JsonObject | null
}

export type PrepareJobInput = Envelope<'prepare_job', PrepareJobArgs>
export type RunScriptStepInput = Envelope<'run_script_step', ScriptStep>
/** Either `args.image` or `args.dockerfile` is set. */
export type RunContainerStepInput = Envelope<'run_container_step', HookContainer>
export type CleanupJobInput = Envelope<'cleanup_job', JsonObject>

export interface PrepareJobArgs {
  /** null when the job has only services: its steps then run on the runner. */
  readonly container: JobContainer | null
  /** In the order of the workflow; their names are not sent. */
  readonly services: readonly JobContainer[]
}

export type JobContainer = HookContainer & { readonly image: string }

export interface HookContainer {
  /** null only for an action with a Dockerfile. */
  readonly image: string | null
  /** Path on the runner's disk, not normalised; may hold "/./" and "..". */
  readonly dockerfile: string | null
  /** Not argv: pass through decodeEntryPointArgs. */
  readonly entryPointArgs: readonly string[]
  /** null keeps the image's own; the runner's "" is read as null, as `docker create` does. */
  readonly entryPoint: string | null
  readonly workingDirectory: string | null
  /** `options:` of a job container or service; null for actions. */
  readonly createOptions: string | null
  readonly registry: RegistryCredentials | null
  readonly environmentVariables: Readonly<Record<string, string>>
  /** As written in the workflow: "80", "8080:80", "8080:80/udp", "127.0.0.1:8080:80". */
  readonly portMappings: readonly string[]
  readonly systemMountVolumes: readonly Mount[]
  readonly userMountVolumes: readonly Mount[]
}

export interface ScriptStep {
  /** Not argv: pass through decodeEntryPointArgs. */
  readonly entryPointArgs: readonly string[]
  readonly entryPoint: string
  readonly environmentVariables: Readonly<Record<string, string>>
  /** GITHUB_PATH entries, last added first. */
  readonly prependPath: readonly string[]
  /** A path in the job container. */
  readonly workingDirectory: string
}

export interface Mount {
  /** As written in the workflow; null for the runner's own mounts. */
  readonly userProvidedValue: string | null
  /** null: an anonymous volume. */
  readonly sourceVolumePath: string | null
  readonly targetVolumePath: string
  readonly readOnly: boolean
}

export interface RegistryCredentials {
  readonly username: string
  readonly password: string | null
  /** "" means Docker Hub. */
  readonly serverUrl: string
}
