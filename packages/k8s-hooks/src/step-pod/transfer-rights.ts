import type { V1SecurityContext } from '@kubernetes/client-node'
import type { HookTemplate } from '../pod-template/hook-template.ts'

/** The runner's user in its official image, which names it by no number. */
const runnerUid = 1001

/**
 * Rights of the containers that carry files to an action and back. Root with two capabilities beyond files of its own: actions write as any user,
 * and what they wrote must come back. Where the operator's template lets no root run, the action's own user is enough,
 * and the containers fit the Pod Security level "restricted".
 */
export function transferRights({ spec, styles }: HookTemplate): V1SecurityContext {
  const rights = { ...spec.securityContext, ...styles['$step']?.securityContext }
  if (rights.runAsNonRoot !== true) {
    return {
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE', 'FOWNER'] }
    }
  }
  return {
    runAsUser: rights.runAsUser ?? runnerUid,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: rights.seccompProfile ?? { type: 'RuntimeDefault' }
  }
}
