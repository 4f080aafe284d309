import type { V1ContainerPort } from '@kubernetes/client-node'

const mapping = /^(?:(?:\d+\.){3}\d+:|\[[^\]]*\]:)?(?:(?:(\d+)(?:-(\d+))?)?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i
const highestPort = 65_535
/** A list of ports in a pod informs people only, and the API server bounds the size of an object. */
const mostListedPorts = 250

interface Port {
  readonly containerPort: number
  readonly protocol: string
}

/** Whether Docker would take it: "80", "8080:80", "8080:80/udp", "127.0.0.1:8080:80", "127.0.0.1::80", ranges "3000-3005" and "8000-8001:80-81". */
export function isPortMapping(text: string): boolean {
  return portsOf(text).length > 0
}

/** Ports of mappings. No hostPort: two jobs on one node would collide, and inside the pod the container port is what everybody reaches (contract 5.22). */
export function containerPortsOf(portMappings: readonly string[]): readonly V1ContainerPort[] {
  const ports = new Map(
    portMappings.flatMap(portsOf).map(port => [`${port.containerPort}/${port.protocol}`, port] as const)
  )
  return [...ports.values()].slice(0, mostListedPorts)
}

/** `job.services.<id>.ports`: container port to the port under which steps reach it, which is the same one. */
export function responsePortsOf(portMappings: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    portMappings.flatMap(portsOf).map(({ containerPort }) => [String(containerPort), String(containerPort)])
  )
}

function portsOf(text: string): readonly Port[] {
  const [, hostFirst, hostLast, first, last, protocol] = mapping.exec(text.trim()) ?? []
  const ports = rangeOf(first, last)
  const hostPorts = rangeOf(hostFirst, hostLast)
  // A single port of the container may be published on any one of a range.
  if (hostFirst !== undefined && hostPorts.length !== ports.length && ports.length !== 1) return []
  return ports.map(containerPort => ({ containerPort, protocol: (protocol ?? 'tcp').toUpperCase() }))
}

/** Empty for what is no range of ports. */
function rangeOf(first: string | undefined, last: string | undefined = first): readonly number[] {
  const [from, to] = [Number(first), Number(last)]
  if (!(from >= 1 && to <= highestPort && from <= to)) return []
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
