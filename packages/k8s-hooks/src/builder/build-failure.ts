import { HookError } from '@k8s-hooks/hooklib'
import type { RegistrySettings } from '../config/settings.ts'

export interface BuildFailure {
  readonly builderName: string
  readonly exitCode: number
  /** The kubelet's word: "Error", "OOMKilled", … */
  readonly reason: string | undefined
  /** The builder's last words; the last line of its log where it had none. */
  readonly lastError: string | undefined
  readonly lastStep: string | undefined
  /** What a mirror said about a base image that it does not have. */
  readonly baseMissing: string | undefined
  readonly registry: Pick<RegistrySettings, 'pushHost' | 'secretName'>
}

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

/** What a user or an operator is told about a builder that ended with another exit code than 0. */
export function toBuildError(failure: BuildFailure): HookError {
  return outOfMemory(failure) ?? pushTrouble(failure) ?? baseImageTrouble(failure) ?? plainFailure(failure)
}

function plainFailure(failure: BuildFailure): HookError {
  return new HookError('BUILD_FAILED', describe(failure), {
    hint: 'The output of the failing instruction stands in the folded log of the build above.'
  })
}

function outOfMemory(failure: BuildFailure): HookError | undefined {
  if (failure.reason !== 'OOMKilled' && failure.exitCode !== 137) return undefined
  return new HookError('BUILD_FAILED', describe(failure), {
    hint: 'It was killed, most likely for lack of memory: raise the memory limit of the container "build" in the pod template for the builder.'
  })
}

/** Trouble with the registry that the image is pushed to. */
function pushTrouble(failure: BuildFailure): HookError | undefined {
  const { lastError = '', registry } = failure
  if (!/^error (?:checking push|pushing)/i.test(lastError) && !lastError.includes(registry.pushHost)) return undefined
  if (isUnreachable(lastError))
    return new HookError('REGISTRY_UNREACHABLE', describe(failure), {
      hint: `Check ${prefix}REGISTRY_HOST, ${prefix}REGISTRY_PORT and ${prefix}REGISTRY_INSECURE: the builder's pod pushes to ${registry.pushHost}.`
    })
  if (/\b(?:401|403)\b|unauthorized|denied|forbidden|authentication required/i.test(lastError))
    return new HookError('BUILD_FAILED', describe(failure), { hint: credentialsHint(registry) })
  return undefined
}

function baseImageTrouble(failure: BuildFailure): HookError | undefined {
  const { lastError = '', baseMissing } = failure
  const isMissing = /MANIFEST_UNKNOWN|NAME_UNKNOWN|manifest unknown|name unknown|manifest.*not found/i.test(lastError)
  // Docker Hub answers so for a repository that does not exist.
  const isDenied = /UNAUTHORIZED|requested access to the resource is denied/.test(lastError)
  if (isMissing || isDenied || (baseMissing !== undefined && isUnreachable(lastError)))
    return new HookError('BASE_IMAGE_NOT_FOUND', describe({ ...failure, lastError: baseMissing ?? lastError }), {
      hint: 'Is the name after FROM right, and may the cluster pull it without credentials?'
    })
  if (!isUnreachable(lastError)) return undefined
  return new HookError('REGISTRY_UNREACHABLE', describe(failure), {
    hint: `The builder's pod cannot reach the registry of a base image; ${prefix}REGISTRY_MIRRORS names mirrors of docker.io that it can reach.`
  })
}

function credentialsHint({ pushHost, secretName }: BuildFailure['registry']): string {
  return secretName === undefined
    ? `${pushHost} wants credentials: name a Secret of type kubernetes.io/dockerconfigjson in ${prefix}REGISTRY_SECRET_NAME.`
    : `The Secret ${secretName} has no credentials for ${pushHost} that may push there.`
}

function isUnreachable(text: string): boolean {
  return /connection refused|no such host|server misbehaving|i\/o timeout|no route to host|network is unreachable|server gave HTTP response to HTTPS client|certificate|TLS handshake|deadline exceeded/i.test(
    text
  )
}

function describe({ builderName, exitCode, reason, lastError, lastStep }: BuildFailure): string {
  const code = `${builderName} ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`
  const isNamed = lastStep === undefined || lastError?.includes(lastStep) === true
  const step = isNamed ? '' : ` at "${shorten(lastStep)}"`
  return `The image could not be built: ${code}${step}${lastError === undefined ? '' : `: ${lastError.replace(/^(?:Error|warning): /, '')}`}`
}

function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`
}
