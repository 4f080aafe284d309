import type { V1HostAlias, V1PodSpec } from '@kubernetes/client-node'
import type { JobContainer } from '@k8s-hooks/hooklib'
import { labelValue } from '../kubernetes/object-name.ts'
import { parseCreateOptions, type CreateOptions } from './create-options.ts'
import { isHostName } from './host-name.ts'
import { jobContainerName } from './service-names.ts'

export interface NamedContainer {
  readonly name: string
  readonly requested: JobContainer
}

export interface PodOptions {
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: Pick<V1PodSpec, 'hostAliases' | 'hostname' | 'dnsPolicy' | 'dnsConfig' | 'securityContext'>
}

/** glibc asks no more of them, and Kubernetes refuses more. */
const mostNameservers = 3

/** What `options:` ask for that Kubernetes knows for a whole pod only: each container gives it to all. `hostNames` stand for the pod itself. */
export function podOptionsOf(containers: readonly NamedContainer[], hostNames: readonly string[]): PodOptions {
  const parsed = containers.map(({ name, requested }) => ({ name, options: parseCreateOptions(requested) }))
  const all = parsed.map(({ options }) => options)
  const hostAliases = hostAliasesOf(all, hostNames)
  const hostname = parsed.find(({ name }) => name === jobContainerName)?.options.hostname?.toLowerCase() ?? ''
  return {
    annotations: Object.fromEntries(
      parsed.flatMap(({ name, options }) =>
        // Under a name of our own: others' labels and annotations have power, over networks, roles and collectors.
        Object.entries(options.labels)
          .filter(([key]) => labelValue(key) !== '')
          .map(([key, value]) => [`${name}.label.k8s-hooks/${labelValue(key)}`, value] as const)
      )
    ),
    spec: {
      ...(hostAliases.length === 0 ? {} : { hostAliases: [...hostAliases] }),
      ...(isHostName(hostname) && !hostname.includes('.') ? { hostname } : {}),
      ...dnsOf(all),
      ...securityContextOf(all)
    }
  }
}

/** What the author maps by hand stands first, and so counts. */
function hostAliasesOf(all: readonly CreateOptions[], hostNames: readonly string[]): readonly V1HostAlias[] {
  const entries = [...all.flatMap(({ hosts }) => hosts), ...hostNames.map(name => ({ ip: '127.0.0.1', name }))]
  return [...new Set(entries.map(({ ip }) => ip))].map(ip => ({
    ip,
    hostnames: [...new Set(entries.filter(entry => entry.ip === ip).map(({ name }) => name))]
  }))
}

/** As for Docker, own nameservers are asked instead of the cluster's. */
function dnsOf(all: readonly CreateOptions[]): Pick<V1PodSpec, 'dnsPolicy' | 'dnsConfig'> {
  const nameservers = [...new Set(all.flatMap(({ dns }) => dns.nameservers))].slice(0, mostNameservers)
  const searches = [...new Set(all.flatMap(({ dns }) => dns.searches))]
  const options = [...new Set(all.flatMap(({ dns }) => dns.options))].map(option => {
    const [name = '', value] = option.split(':')
    return { name, ...(value === undefined ? {} : { value }) }
  })
  if (nameservers.length + searches.length + options.length === 0) return {}
  return {
    ...(nameservers.length === 0 ? {} : { dnsPolicy: 'None' }),
    dnsConfig: { nameservers, searches, options }
  }
}

function securityContextOf(all: readonly CreateOptions[]): Pick<V1PodSpec, 'securityContext'> {
  const supplementalGroups = [...new Set(all.flatMap(({ groups }) => groups))]
  const sysctls = new Map(all.flatMap(options => Object.entries(options.sysctls)))
  if (supplementalGroups.length + sysctls.size === 0) return {}
  return {
    securityContext: {
      ...(supplementalGroups.length === 0 ? {} : { supplementalGroups }),
      ...(sysctls.size === 0 ? {} : { sysctls: [...sysctls].map(([name, value]) => ({ name, value })) })
    }
  }
}
