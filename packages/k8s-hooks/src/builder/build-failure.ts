import { HookError } from '@k8s-hooks/hooklib'
import type { RegistrySettings } from '../config/settings.ts'
import type { Step } from './build-log.ts'
import { stepInWords } from './step-in-words.ts'

export interface BuildFailure {
  readonly builderName: string
  readonly exitCode: number
  /** The kubelet's word: "Error", "OOMKilled", … */
  readonly reason: string | undefined
  /** Why the pod as a whole was ended, e.g. "Evicted: Pod ephemeral local storage usage exceeds …". */
  readonly podReason: string | undefined
  /** Whether the container failed that does nothing but push. */
  readonly pushedApart: boolean
  /** The builder's last words; the last line of its log where it had none. */
  readonly lastError: string | undefined
  readonly lastStep: Step | undefined
  /** What a mirror said about a base image that it does not have. */
  readonly baseMissing: string | undefined
  readonly registry: Pick<RegistrySettings, 'pushHost' | 'secretName'>
}

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'

/** What a user or an operator is told about a builder that ended with another exit code than 0. */
export function toBuildError(failure: BuildFailure): HookError {
  return (
    podEnded(failure) ??
    outOfMemory(failure) ??
    proxyTrouble(failure) ??
    pushTrouble(failure) ??
    baseImageTrouble(failure) ??
    otherTrouble(failure)
  )
}

/** The kubelet ends a pod that takes too much disk: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
function podEnded(failure: BuildFailure): HookError | undefined {
  const { podReason } = failure
  if (podReason === undefined) return undefined
  return new HookError('BUILD_FAILED', describe({ ...failure, lastError: podReason }), {
    hint: /ephemeral|storage|disk/i.test(podReason)
      ? 'The build wrote more than it may: raise the limit of ephemeral-storage of $builder in the hook template, or build a smaller image.'
      : 'Kubernetes ended the pod of the build; the message says why.'
  })
}

function outOfMemory(failure: BuildFailure): HookError | undefined {
  const { reason, exitCode, lastError = '' } = failure
  const isKilled =
    reason === 'OOMKilled' || exitCode === 137 || /signal: killed|exit (?:status|code) 137/.test(lastError)
  if (!isKilled) return undefined
  return new HookError('BUILD_FAILED', describe(failure), {
    hint: 'It was killed, most likely for lack of memory: raise the memory limit of $builder in the hook template.'
  })
}

/** In the words of Go, which is what every builder is written in. */
function proxyTrouble(failure: BuildFailure): HookError | undefined {
  if (!/\bproxyconnect\b|Proxy Authentication Required/i.test(failure.lastError ?? '')) return undefined
  return new HookError('REGISTRY_UNREACHABLE', describe(failure), {
    hint: 'The builder asks through the proxy that HTTPS_PROXY names: check its address, user and password. NO_PROXY names what is asked directly.'
  })
}

/** Trouble with the registry that the image is pushed to. */
function pushTrouble(failure: BuildFailure): HookError | undefined {
  const { lastError = '', registry } = failure
  if (!isPush(failure) && !lastError.includes(registry.pushHost)) return undefined
  if (isUnreachable(lastError))
    return new HookError('REGISTRY_UNREACHABLE', describe(failure), {
      hint: `Check ${prefix}REGISTRY_HOST, ${prefix}REGISTRY_PORT and ${prefix}REGISTRY_INSECURE: the builder's pod pushes to ${registry.pushHost}.`
    })
  const hint = pushHint(failure)
  return hint === undefined ? undefined : new HookError('BUILD_FAILED', describe(failure), { hint })
}

/** As each builder begins to say so. */
function isPush({ lastError = '', pushedApart }: BuildFailure): boolean {
  return pushedApart || /^error:? (?:checking push|pushing|failed to push)/i.test(lastError)
}

/** distribution tells a full disk as an unknown error (500), with the number 28 where the builder passes its details on: docker/distribution, ENOSPC. */
function pushHint(failure: BuildFailure): string | undefined {
  const { lastError = '', registry } = failure
  const { pushHost, secretName } = registry
  if (/\b507\b|no space left|insufficient storage|quota|\bErr:28\b/i.test(lastError))
    return `${pushHost} has no room for the image: delete what is old, collect its garbage, or raise its quota.`
  if (isPush(failure) && /\bstatus(?: code)?:? 5\d\d\b|unknown error/i.test(lastError))
    return `${pushHost} itself failed, and its log says why. Often its disk is full: delete what is old, or collect its garbage.`
  if (!/\b(?:401|403)\b|unauthorized|denied|forbidden|authentication required/i.test(lastError)) return undefined
  return secretName === undefined
    ? `${pushHost} wants credentials: name a Secret of type kubernetes.io/dockerconfigjson in ${prefix}REGISTRY_SECRET_NAME.`
    : `The Secret ${secretName} has no credentials for ${pushHost} that may push there.`
}

function baseImageTrouble(failure: BuildFailure): HookError | undefined {
  const { lastError = '', baseMissing } = failure
  if (/no (?:child with platform|image found .* for architecture)|no match for platform/i.test(lastError))
    return new HookError('BASE_IMAGE_NOT_FOUND', describe(failure), {
      hint: 'The image exists, but not for this platform: look at --platform after FROM and at the architecture of the node.'
    })
  const isMissing =
    /MANIFEST_UNKNOWN|NAME_UNKNOWN|manifest unknown|name unknown|manifest.*not found|failed to resolve source metadata for .*: not found/i.test(
      lastError
    )
  // Docker Hub answers so for a repository that does not exist.
  const isDenied = /UNAUTHORIZED|requested access to the resource is denied|pull access denied/.test(lastError)
  if (isMissing || isDenied || (baseMissing !== undefined && isUnreachable(lastError)))
    return new HookError('BASE_IMAGE_NOT_FOUND', describe({ ...failure, lastError: baseMissing ?? lastError }), {
      hint: `Is the name after FROM right? Credentials for base images come from the Secret that ${prefix}BASE_IMAGE_SECRET_NAME names, if any.`
    })
  if (!isUnreachable(lastError)) return undefined
  return new HookError('REGISTRY_UNREACHABLE', describe(failure), {
    hint: `The builder's pod cannot reach the registry of a base image; ${prefix}REGISTRY_MIRRORS names mirrors of docker.io that it can reach.`
  })
}

function otherTrouble(failure: BuildFailure): HookError {
  return new HookError('BUILD_FAILED', describe(failure), { hint: otherHint(failure.lastError ?? '') })
}

function otherHint(lastError: string): string {
  if (/no space left on device/i.test(lastError))
    return 'The disk of the node, or a volume of the build, is full: a build needs about three times its image.'
  if (/BuildKit did not start/.test(lastError))
    return 'It needs user namespaces on the node, and the rights in its pod that docs/builders.md lists.'
  if (/exec format error/i.test(lastError))
    return 'A program of the image is for another architecture than the node: nothing emulates it.'
  return 'The output of the failing instruction stands in the folded log of the build above.'
}

function isUnreachable(text: string): boolean {
  return /connection refused|no such host|server misbehaving|i\/o timeout|no route to host|network is unreachable|server gave HTTP response to HTTPS client|certificate|TLS handshake|deadline exceeded/i.test(
    text
  )
}

function describe(failure: BuildFailure): string {
  const { builderName, exitCode, reason, lastError, lastStep } = failure
  const code = `${builderName} ended with exit code ${exitCode}${reason === undefined || reason === 'Error' ? '' : ` (${reason})`}`
  const step = lastStep === undefined ? '' : ` ${stepInWords(lastStep, lastError)}`
  const words = lastError === undefined ? '' : `: ${lastError.replace(/^(?:Error|warning): /, '')}`
  return `The image could not be ${isPush(failure) ? 'pushed' : 'built'}: ${code}${step.trimEnd()}${words}`
}
