import { describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import type { PrepareJobArgs } from '@k8s-hooks/hooklib'
import { jobPodOf } from '../../src/job-pod/job-pod.ts'
import type { HookTemplate } from '../../src/pod-template/hook-template.ts'
import { podStyle, runnerPodWith, sharedRunnerPod, workFolder } from '../pod-template/runner-pod-facts.ts'
import { jobContainer } from './job-container.ts'

function pod(args: Partial<PrepareJobArgs>, template: Partial<HookTemplate> = {}, runnerPod = runnerPodWith()): V1Pod {
  return jobPodOf({
    args: { container: null, services: [], ...args },
    runnerPod,
    workFolder,
    style: podStyle(template),
    env: { job: [{ name: 'A', value: 'a' }] },
    pullSecretNames: []
  })
}

const job = jobContainer({ entryPoint: 'x', entryPointArgs: ['y'], workingDirectory: '/__w/a b' })

describe('jobPodOf', () => {
  it('keeps the job container alive with empty folders in copy mode', () => {
    expect(pod({ container: job }).spec).toEqual({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [
        {
          name: 'job',
          image: 'node:20',
          env: [{ name: 'A', value: 'a' }],
          command: ['sh'],
          args: ['-c', 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done'],
          workingDir: '/',
          volumeMounts: [
            { name: 'work', mountPath: '/__w' },
            { name: 'externals', mountPath: '/__e' },
            { name: 'hook', mountPath: '/__k8s_hooks' }
          ]
        }
      ],
      volumes: [
        { name: 'work', emptyDir: {} },
        { name: 'externals', emptyDir: {} },
        { name: 'hook', emptyDir: {} }
      ]
    })
  })

  it('mounts the claim, and the externals inside it, on the claim’s node in shared mode', () => {
    const { spec } = pod({ container: job }, {}, sharedRunnerPod)
    expect(spec?.containers[0]?.volumeMounts).toEqual([
      { name: 'work', mountPath: '/__w' },
      { name: 'work', mountPath: '/__e', subPath: 'externals' },
      { name: 'hook', mountPath: '/__k8s_hooks' }
    ])
    expect(spec?.volumes).toEqual([
      { name: 'work', persistentVolumeClaim: { claimName: 'claim' } },
      { name: 'hook', emptyDir: {} }
    ])
    expect(spec?.affinity?.nodeAffinity).toBeDefined()
  })

  it('shows services neither workspace nor volumes, and gives every host name once', () => {
    const services = [
      jobContainer({ image: 'redis:7' }),
      jobContainer({ image: 'redis:6', createOptions: '--name cache' })
    ]
    const { spec, metadata } = pod(
      { services },
      { styles: { $job: { volumeMounts: [{ name: 'x', mountPath: '/x' }] } } }
    )
    expect(spec?.containers).toEqual([
      { name: 'redis', image: 'redis:7', env: [] },
      { name: 'redis-2', image: 'redis:6', env: [] }
    ])
    expect(spec?.volumes).toEqual([])
    expect(spec?.hostAliases).toEqual([{ ip: '127.0.0.1', hostnames: ['redis', 'cache', 'redis-2'] }])
    expect(metadata?.annotations).toEqual({ 'k8s-hooks/service-host-names': 'redis cache redis-2' })
  })

  it('styles a service by default, by the short name of its image, and by the whole of it, the more exact one last', () => {
    const styles = {
      '$default-service': { tty: true, workingDir: '/default' },
      $redis: { stdin: true, workingDir: '/short' },
      '$docker.io/library/redis:7': { workingDir: '/whole' }
    }
    const services = [
      jobContainer({ image: 'docker.io/library/redis:7' }),
      jobContainer({ image: 'redis:6' }),
      jobContainer()
    ]
    expect(
      pod({ services }, { styles }).spec?.containers.map(({ tty, stdin, workingDir }) => ({ tty, stdin, workingDir }))
    ).toEqual([
      { tty: true, stdin: true, workingDir: '/whole' },
      { tty: true, stdin: true, workingDir: '/short' },
      { tty: true, stdin: undefined, workingDir: '/default' }
    ])
  })
})
