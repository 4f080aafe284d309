import type { HookResponse, PrepareJobArgs } from '@k8s-hooks/hooklib'
import { responsePortsOf } from './container-ports.ts'
import { parseCreateOptions } from './create-options.ts'
import { containerNamesOf } from './service-names.ts'

/** What the runner reads after prepare_job (contract 1.9): services in the order of the request, ports always an object, no container without a request. */
export function responseOf(args: PrepareJobArgs, podName: string, isAlpine: boolean | undefined): HookResponse {
  const names = containerNamesOf(args.services)
  return {
    ...(isAlpine === undefined ? {} : { isAlpine }),
    context: {
      ...(args.container === null ? {} : { container: { id: podName } }),
      services: args.services.map((service, index) => ({
        id: names[index] ?? '',
        ports: responsePortsOf([...service.portMappings, ...parseCreateOptions(service).portMappings])
      }))
    }
  }
}
