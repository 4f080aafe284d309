import type { V1Container, V1EnvVar } from '@kubernetes/client-node'
import { decodeEntryPointArgs, type JobContainer } from '@k8s-hooks/hooklib'
import { escapeExpansion } from '../pod-template/escape-expansion.ts'
import { containerPortsOf } from './container-ports.ts'
import { parseCreateOptions, type CreateOptions } from './create-options.ts'
import { healthProbeOf } from './health-probe.ts'

/** A job container or service as the workflow asks for it; mounts and style are put on by the caller. */
export function requestedContainer(name: string, requested: JobContainer, env: readonly V1EnvVar[]): V1Container {
  const options = parseCreateOptions(requested.createOptions)
  const args = decodeEntryPointArgs(requested.entryPointArgs).map(escapeExpansion)
  const ports = containerPortsOf(requested.portMappings)
  const probe = healthProbeOf(options.health)
  const entryPoint = requested.entryPoint ?? options.entrypoint
  return {
    name,
    image: requested.image,
    env: [...env],
    ...(entryPoint === undefined ? {} : { command: [escapeExpansion(entryPoint)] }),
    ...(args.length === 0 ? {} : { args }),
    ...(ports.length === 0 ? {} : { ports: [...ports] }),
    ...(probe === undefined ? {} : { readinessProbe: probe }),
    ...resourcesOf(options),
    ...securityContextOf(options)
  }
}

function securityContextOf({ user }: CreateOptions): Pick<V1Container, 'securityContext'> {
  if (user === undefined) return {}
  const { uid, gid } = user
  return { securityContext: { runAsUser: uid, ...(gid === undefined ? {} : { runAsGroup: gid }) } }
}

function resourcesOf({ cpus, memory }: CreateOptions): Pick<V1Container, 'resources'> {
  if (cpus === undefined && memory === undefined) return {}
  const limits = {
    ...(cpus === undefined ? {} : { cpu: cpus }),
    ...(memory === undefined ? {} : { memory: quantityOf(memory) })
  }
  return { resources: { limits, requests: limits } }
}

/** Docker's "512m" is Kubernetes' "512Mi"; "m" alone would mean thousandths of a byte. */
function quantityOf(memory: string): string {
  const match = /^(\d+(?:\.\d+)?)([bkmg]?)i?b?$/i.exec(memory.trim())
  const unit = match?.[2]?.toLowerCase() ?? ''
  return match === null
    ? memory
    : `${match[1] ?? ''}${unit === '' || unit === 'b' ? '' : `${unit === 'k' ? 'K' : unit.toUpperCase()}i`}`
}
