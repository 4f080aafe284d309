import { HookError, type JobContainer } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../config/settings.ts'
import { parseCreateOptions, type CreateOptions, type ResourceOptions } from './create-options.ts'

export interface PermittedOptions {
  readonly options: CreateOptions
  /** Flags that asked for more than the operator's limit and were cut down to it. */
  readonly cut: readonly string[]
}

/**
 * The options of a container as far as the operator permits them: amounts are cut down to his limits, and a request is never above its limit.
 * @throws HookError `CREATE_OPTION_REFUSED` for what would give a job power over its node; `CREATE_OPTION_INVALID`
 */
export function permittedOptions(
  requested: Pick<JobContainer, 'createOptions' | 'image'>,
  { maxCpus = Infinity, maxMemoryBytes = Infinity, allowPrivileged }: OptionPolicy
): PermittedOptions {
  const options = parseCreateOptions(requested)
  const { powers } = options.security
  if (powers.length > 0 && !allowPrivileged) throw refused(powers.join(', '), requested.image)
  const { cpus, requestedCpus, memoryBytes, requestedMemoryBytes, shmBytes } = options.resources
  const resources: ResourceOptions = {
    cpus: atMost(cpus, maxCpus),
    requestedCpus: atMost(requestedCpus, Math.min(maxCpus, cpus ?? Infinity)),
    memoryBytes: atMost(memoryBytes, maxMemoryBytes),
    requestedMemoryBytes: atMost(requestedMemoryBytes, Math.min(maxMemoryBytes, memoryBytes ?? Infinity)),
    shmBytes: atMost(shmBytes, maxMemoryBytes)
  }
  // Without a size of its own a tmpfs may grow to half of the node's memory.
  const tmpfs = options.tmpfs.map(({ path, bytes }) => ({
    path,
    bytes: maxMemoryBytes === Infinity ? bytes : Math.min(bytes ?? Infinity, maxMemoryBytes)
  }))
  const asked: readonly (readonly [string, number | undefined, number])[] = [
    ['--cpus', cpus, maxCpus],
    ['--cpu-shares', requestedCpus, maxCpus],
    ['--memory', memoryBytes, maxMemoryBytes],
    ['--memory-reservation', requestedMemoryBytes, maxMemoryBytes],
    ['--shm-size', shmBytes, maxMemoryBytes],
    ...options.tmpfs.map(({ bytes }) => ['--tmpfs', bytes, maxMemoryBytes] as const)
  ]
  return {
    options: { ...options, resources, tmpfs },
    cut: asked.flatMap(([flag, amount = 0, most]) => (amount > most ? [flag] : []))
  }
}

function atMost(amount: number | undefined, most: number): number | undefined {
  return amount === undefined ? undefined : Math.min(amount, most)
}

function refused(powers: string, image: string): HookError {
  return new HookError(
    'CREATE_OPTION_REFUSED',
    `The options of the container ${image} ask for rights that a job must not have: ${powers}.`,
    {
      hint: 'The operator can give the container what it needs in the hook template ($job or the service image), or permit it to every workflow by ACTIONS_RUNNER_CONTAINER_HOOKS_ALLOW_PRIVILEGED=true.'
    }
  )
}
