import { describe, expect, it } from '@jest/globals'
import { emptyTemplate } from '../../src/pod-template/hook-template.ts'
import { transferRights } from '../../src/step-pod/transfer-rights.ts'

describe('transferRights', () => {
  it('are root’s over files, and nothing else of root’s', () => {
    expect(transferRights({ ...emptyTemplate, spec: { securityContext: { runAsUser: 1234 } } })).toEqual({
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE', 'FOWNER'] }
    })
  })

  it.each([
    {
      where: 'for all pods',
      template: { spec: { securityContext: { runAsNonRoot: true, runAsUser: 1234 } } },
      uid: 1234
    },
    {
      where: 'for all pods, without a user',
      template: { spec: { securityContext: { runAsNonRoot: true } } },
      uid: 1001
    },
    {
      where: 'for steps',
      template: { styles: { $step: { securityContext: { runAsNonRoot: true, runAsUser: 5 } } } },
      uid: 5
    }
  ])('fit Pod Security "restricted" where the template lets no root run $where', ({ template, uid }) => {
    expect(transferRights({ ...emptyTemplate, ...template })).toEqual({
      runAsUser: uid,
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' }
    })
  })
})
