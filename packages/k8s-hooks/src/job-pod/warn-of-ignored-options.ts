import type { PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { Logger } from '../support/logger.ts'
import { parseCreateOptions } from './create-options.ts'

/** One warning for each option that Kubernetes has no place for; nothing is dropped without a word. */
export function warnOfIgnoredOptions({ container, services }: PrepareJobArgs, logger: Logger): void {
  for (const requested of [...(container === null ? [] : [container]), ...services]) {
    for (const flag of parseCreateOptions(requested.createOptions).ignored) {
      logger.warning(
        `The option ${flag} of the container ${requested.image} has no meaning on Kubernetes and is ignored.`
      )
    }
  }
}
