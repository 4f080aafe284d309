import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import { stepPodTemplate } from '../../src/step-pod/step-pod.ts'
import { podStyle, sharedRunnerPod } from '../pod-template/runner-pod-facts.ts'
import { stepRequest } from './step-request.ts'

function mainOf(...given: Parameters<typeof stepRequest>): V1Container | undefined {
  return stepPodTemplate(stepRequest(...given)).spec?.containers.at(-1)
}

const transferSecurity = {
  runAsUser: 0,
  runAsNonRoot: false,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE', 'FOWNER'] }
}

describe('stepPodTemplate', () => {
  it('is the action alone in shared mode, on the node of the claim', () => {
    const { spec } = stepPodTemplate(
      stepRequest({
        runnerPod: sharedRunnerPod,
        env: [{ name: 'A', value: 'a' }],
        pullSecretNames: ['push'],
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['redis'] }]
      })
    )
    const node = { key: 'metadata.name', operator: 'In', values: ['node-1'] }
    expect(spec).toEqual({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [
        {
          name: 'main',
          image: 'alpine:3',
          env: [{ name: 'A', value: 'a' }],
          workingDir: '/github/workspace',
          volumeMounts: [{ name: 'work', mountPath: '/__w' }]
        }
      ],
      volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'claim' } }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [node] }] }
        }
      },
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['redis'] }],
      imagePullSecrets: [{ name: 'push' }]
    })
  })

  it('starts the action last: for a moment the hosts file of a pod is empty whenever one of its containers starts', () => {
    const { metadata, spec } = stepPodTemplate(stepRequest())
    expect(spec?.containers.map(({ name }) => name)).toEqual(['transfer', 'main'])
    expect(metadata?.annotations).toMatchObject({ 'kubectl.kubernetes.io/default-container': 'main' })
  })

  it('has a container with the runner’s image in copy mode, which the action waits for', () => {
    const { spec } = stepPodTemplate(stepRequest())
    expect(spec?.volumes).toEqual([
      { name: 'work', emptyDir: {} },
      { name: 'transfer', emptyDir: {} }
    ])
    expect(spec?.containers[0]).toEqual({
      name: 'transfer',
      image: 'runner:1',
      command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
      lifecycle: { postStart: { exec: { command: ['sh', '-c', expect.stringContaining('until [ -e ')] } } },
      securityContext: transferSecurity,
      volumeMounts: [
        { name: 'work', mountPath: '/__w' },
        { name: 'transfer', mountPath: '/__k8s_hooks' }
      ]
    })
  })

  it.each([
    { entryPoint: null, entryPointArgs: [], run: {} },
    { entryPoint: null, entryPointArgs: ['"Mona', 'Lisa"', '""'], run: { args: ['Mona Lisa', ''] } },
    { entryPoint: '/run $X', entryPointArgs: [], run: { command: ['/run $$X'] } },
    {
      entryPoint: 'sh',
      entryPointArgs: ['-c', '"echo', '$(id)"'],
      run: { command: ['sh'], args: ['-c', 'echo $$(id)'] }
    }
  ])('runs entry point $entryPoint with $entryPointArgs as Docker does', ({ run, ...asked }) => {
    const { command, args } = mainOf({}, asked) ?? {}
    expect({ ...(command && { command }), ...(args && { args }) }).toEqual(run)
  })

  it('leaves the working directory to the image where none is asked for', () => {
    expect(mainOf({}, { workingDirectory: null })).not.toHaveProperty('workingDir')
  })

  it('wears $step on the action and not on its helpers', () => {
    const style = podStyle({ styles: { $step: { resources: { limits: { memory: '1Gi' } } }, $job: { tty: true } } })
    const containers = stepPodTemplate(stepRequest({ style })).spec?.containers ?? []
    expect(containers.map(({ name, resources, tty }) => ({ name, resources, tty }))).toEqual([
      { name: 'transfer', resources: undefined, tty: undefined },
      { name: 'main', resources: { limits: { memory: '1Gi' } }, tty: undefined }
    ])
  })
})
