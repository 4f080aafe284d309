import type { V1Container, V1EnvVar, V1Volume } from '@kubernetes/client-node'
import { decodeEntryPointArgs, type JobContainer } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../config/settings.ts'
import { escapeExpansion } from '../pod-template/escape-expansion.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { requestedMounts } from '../pod-template/work-mounts.ts'
import { containerPortsOf } from './container-ports.ts'
import type { CreateOptions, ResourceOptions } from './create-options.ts'
import { healthProbeOf } from './health-probe.ts'
import { memoryMounts } from './memory-mounts.ts'
import { permittedOptions } from './permitted-options.ts'
import type { SecurityOptions } from './security-options.ts'

export interface ContainerRequest {
  readonly name: string
  readonly requested: JobContainer
  readonly env: readonly V1EnvVar[]
  readonly runnerPod: RunnerPod
  readonly workFolder: string
  readonly policy: OptionPolicy
}

export interface ContainerAndVolumes {
  readonly container: V1Container
  readonly volumes: readonly V1Volume[]
}

/** A job container or service as the workflow asks for it; the mounts that every job container has, and style, are put on by the caller. */
export function requestedContainer(request: ContainerRequest): ContainerAndVolumes {
  const { name, requested, env, runnerPod, workFolder, policy } = request
  const { options } = permittedOptions(requested, policy)
  const mounts = requestedMounts(
    runnerPod,
    workFolder,
    [...requested.systemMountVolumes, ...requested.userMountVolumes, ...options.volumes],
    name
  )
  const memory = memoryMounts(name, options)
  const volumeMounts = [...mounts.volumeMounts, ...memory.volumeMounts]
  return {
    container: {
      name,
      image: requested.image,
      env: [...env],
      ...commandOf(requested, options),
      ...settingsOf(requested, options),
      ...resourcesOf(options.resources),
      ...securityContextOf(options),
      ...(volumeMounts.length === 0 ? {} : { volumeMounts })
    },
    volumes: [...mounts.volumes, ...memory.volumes]
  }
}

function commandOf(
  requested: JobContainer,
  options: CreateOptions
): Pick<V1Container, 'command' | 'args' | 'workingDir'> {
  const args = decodeEntryPointArgs(requested.entryPointArgs).map(escapeExpansion)
  const entryPoint = requested.entryPoint ?? options.entrypoint
  return {
    ...(entryPoint === undefined ? {} : { command: [escapeExpansion(entryPoint)] }),
    ...(args.length === 0 ? {} : { args }),
    ...(options.workdir === undefined ? {} : { workingDir: options.workdir })
  }
}

function settingsOf({ portMappings }: JobContainer, options: CreateOptions): Partial<V1Container> {
  const ports = containerPortsOf([...portMappings, ...options.portMappings])
  const probe = healthProbeOf(options.health)
  return {
    ...(ports.length === 0 ? {} : { ports: [...ports] }),
    ...(probe === undefined ? {} : { readinessProbe: probe }),
    ...(options.pullPolicy === undefined ? {} : { imagePullPolicy: options.pullPolicy }),
    ...(options.hasStdin ? { stdin: true } : {}),
    ...(options.hasTty ? { tty: true } : {})
  }
}

function securityContextOf({ user, security }: CreateOptions): Pick<V1Container, 'securityContext'> {
  const { isPrivileged, isReadOnly, hasNoNewPrivileges, isSeccompOff, isApparmorOff } = security
  const context: V1Container['securityContext'] = {
    ...(user === undefined ? {} : { runAsUser: user.uid }),
    ...(user?.gid === undefined ? {} : { runAsGroup: user.gid }),
    ...(isPrivileged ? { privileged: true } : {}),
    ...(hasNoNewPrivileges && !isPrivileged ? { allowPrivilegeEscalation: false } : {}),
    ...(isReadOnly ? { readOnlyRootFilesystem: true } : {}),
    ...(isSeccompOff ? { seccompProfile: { type: 'Unconfined' } } : {}),
    ...(isApparmorOff ? { appArmorProfile: { type: 'Unconfined' } } : {}),
    ...capabilitiesOf(security)
  }
  return Object.keys(context).length === 0 ? {} : { securityContext: context }
}

function capabilitiesOf({
  addedCapabilities,
  droppedCapabilities
}: SecurityOptions): Pick<NonNullable<V1Container['securityContext']>, 'capabilities'> {
  if (addedCapabilities.length === 0 && droppedCapabilities.length === 0) return {}
  return {
    capabilities: {
      ...(addedCapabilities.length === 0 ? {} : { add: [...addedCapabilities] }),
      ...(droppedCapabilities.length === 0 ? {} : { drop: [...droppedCapabilities] })
    }
  }
}

function resourcesOf(options: ResourceOptions): Pick<V1Container, 'resources'> {
  const { cpus, memoryBytes, requestedCpus = cpus, requestedMemoryBytes = memoryBytes } = options
  const limits = amountsOf(cpus, memoryBytes)
  const requests = amountsOf(requestedCpus, requestedMemoryBytes)
  if (Object.keys(requests).length === 0) return {}
  return { resources: { ...(Object.keys(limits).length === 0 ? {} : { limits }), requests } }
}

function amountsOf(cpus: number | undefined, memoryBytes: number | undefined): Readonly<Record<string, string>> {
  return {
    ...(cpus === undefined ? {} : { cpu: String(cpus) }),
    ...(memoryBytes === undefined ? {} : { memory: quantityOf(memoryBytes) })
  }
}

/** In Mi where it is a whole number of them, as people read it. */
function quantityOf(bytes: number): string {
  const mebibytes = bytes / 2 ** 20
  return Number.isInteger(mebibytes) ? `${mebibytes}Mi` : String(bytes)
}
