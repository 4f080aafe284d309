import type { JobContainer, PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../config/settings.ts'
import { isElsewhere } from '../pod-template/work-mounts.ts'
import type { Logger } from '../support/logger.ts'
import { isPortMapping } from './container-ports.ts'
import type { CreateOptions } from './create-options.ts'
import { isHostName } from './host-name.ts'
import { permittedOptions } from './permitted-options.ts'

/**
 * One warning for each option, port and volume that Kubernetes has no place for or that the operator limits; nothing is dropped without a word.
 * @throws HookError `CREATE_OPTION_REFUSED`, `CREATE_OPTION_INVALID`: before anything is created
 */
export function checkCreateOptions(
  { container, services }: PrepareJobArgs,
  { policy, workFolder }: { readonly policy: OptionPolicy; readonly workFolder: string },
  logger: Logger
): void {
  for (const { image, userMountVolumes } of services) {
    for (const { userProvidedValue } of userMountVolumes.filter(mount => isElsewhere(mount, workFolder)))
      logger.warning(
        `The volume "${userProvidedValue ?? ''}" of the service ${image} is a path that pods do not have, and is not mounted.`
      )
  }
  for (const requested of [...(container === null ? [] : [container]), ...services]) {
    const { options, cut } = permittedOptions(requested, policy)
    const { image } = requested
    const entrypoint = requested === container && options.entrypoint !== undefined
    const lines = [
      ...options.ignored.map(
        ({ text, because }) => `The option ${text} of the container ${image} is ignored: ${because}.`
      ),
      ...cut.map(
        flag =>
          `The container ${image} asks for more by ${flag} than this runner permits, and gets the most that it does.`
      ),
      ...(entrypoint
        ? [`The option --entrypoint of the container ${image} is ignored: steps run in it by their own.`]
        : []),
      ...wrongNames(options).map(
        name => `"${name}" cannot be a host name on Kubernetes; ${image} is not reached by it.`
      ),
      ...wrongPorts(requested, options).map(port => `"${port}" is no port of the container ${image}, and is ignored.`)
    ]
    for (const line of lines) logger.warning(line)
  }
}

function wrongNames({ names }: CreateOptions): readonly string[] {
  return names.filter(name => !isHostName(name.toLowerCase()))
}

function wrongPorts({ portMappings }: JobContainer, options: CreateOptions): readonly string[] {
  return [...portMappings, ...options.portMappings].filter(text => !isPortMapping(text))
}
