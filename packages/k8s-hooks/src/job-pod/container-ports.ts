import type { V1ContainerPort } from '@kubernetes/client-node'

const mapping = /^(?:(?:\d+\.){3}\d+:|\[[^\]]*\]:)?(?:(\d+)?:)?(\d+)(?:\/(tcp|udp|sctp))?$/i

/**
 * Ports of "80", "8080:80", "8080:80/udp", "127.0.0.1:8080:80". No hostPort: two jobs on one node would collide, and inside the pod
 * the container port is what everybody reaches (contract 5.22). What is not a mapping of single ports is left out.
 */
export function containerPortsOf(portMappings: readonly string[]): readonly V1ContainerPort[] {
  const ports = portMappings.flatMap(text => {
    const match = mapping.exec(text.trim())
    return match === null ? [] : [{ containerPort: Number(match[2]), protocol: (match[3] ?? 'tcp').toUpperCase() }]
  })
  return ports.filter(
    (port, index) =>
      ports.findIndex(other => other.containerPort === port.containerPort && other.protocol === port.protocol) === index
  )
}

/** `job.services.<id>.ports`: container port to the port under which steps reach it, which is the same one. */
export function responsePortsOf(portMappings: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    containerPortsOf(portMappings).map(({ containerPort }) => [String(containerPort), String(containerPort)])
  )
}
