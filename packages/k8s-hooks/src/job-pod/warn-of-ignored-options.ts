import type { PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { Logger } from '../support/logger.ts'
import { parseCreateOptions } from './create-options.ts'
import { isHostName } from './service-names.ts'

/** One warning for each option and volume that Kubernetes has no place for; nothing is dropped without a word. */
export function warnOfIgnoredOptions({ container, services }: PrepareJobArgs, logger: Logger): void {
  for (const { image, userMountVolumes } of services) {
    if (userMountVolumes.length > 0) logger.warning(`The volumes of the service ${image} are not mounted.`)
  }
  for (const requested of [...(container === null ? [] : [container]), ...services]) {
    const { ignored, names } = parseCreateOptions(requested.createOptions)
    for (const flag of ignored) {
      logger.warning(
        `The option ${flag} of the container ${requested.image} has no meaning on Kubernetes and is ignored.`
      )
    }
    for (const name of names.filter(given => !isHostName(given.toLowerCase()))) {
      logger.warning(`"${name}" cannot be a host name on Kubernetes; ${requested.image} is not reached by it.`)
    }
  }
}
