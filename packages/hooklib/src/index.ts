export { decodeEntryPointArgs } from './decode-entry-point-args.ts'
export { HookError, type HookErrorOptions } from './hook-error.ts'
export type {
  CleanupJobInput,
  HookContainer,
  HookInput,
  JobContainer,
  Mount,
  PrepareJobArgs,
  PrepareJobInput,
  RegistryCredentials,
  RunContainerStepInput,
  RunScriptStepInput,
  ScriptStep
} from './hook-input.ts'
export type { HookResponse, ResponseContainer, ResponseContext, ResponseService } from './hook-response.ts'
export type { JsonObject, JsonValue } from './json.ts'
export { parseHookInput } from './parse-hook-input.ts'
export { writeResponse } from './write-response.ts'
