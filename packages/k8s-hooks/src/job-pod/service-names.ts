import type { JobContainer } from '@k8s-hooks/hooklib'
import { dnsLabel } from '../kubernetes/object-name.ts'
import { parseCreateOptions } from './create-options.ts'
import { isHostName } from './host-name.ts'

/** Name of the job's own container in the job pod. */
export const jobContainerName = 'job'

/** A container name for each service, in their order: the image's short name, numbered where two would meet. */
export function containerNamesOf(services: readonly JobContainer[]): readonly string[] {
  const taken = new Set([jobContainerName])
  return services.map(({ image }) => {
    const base = dnsLabel(shortNameOf(image)).slice(0, 58).replace(/-+$/, '')
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base}-${number}`
    taken.add(name)
    return name
  })
}

/**
 * Host names under which a service is reached in the job. The runner never tells the service's key in the workflow (contract 1.3),
 * so it is what the author wrote in `options:` and the image's short name.
 */
export function hostNamesOf(service: JobContainer, containerName: string): readonly string[] {
  return usableNames([...parseCreateOptions(service).names, shortNameOf(service.image), containerName])
}

/** Names by which services reach the job's own container: only those that the author gave it. */
export function hostNamesOfJob(container: JobContainer): readonly string[] {
  return usableNames(parseCreateOptions(container).names)
}

function usableNames(names: readonly string[]): readonly string[] {
  return [...new Set(names.map(name => name.toLowerCase()).filter(isHostName))]
}

/** "redis" of "docker.io/library/redis:7@sha256:…". */
export function shortNameOf(image: string): string {
  const withoutDigest = image.split('@', 1)[0] ?? image
  const lastPart = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1)
  return lastPart.split(':', 1)[0] ?? lastPart
}
