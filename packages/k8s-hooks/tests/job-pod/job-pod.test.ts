import { describe, expect, it } from '@jest/globals'
import type { V1Pod } from '@kubernetes/client-node'
import type { JobContainer, PrepareJobArgs } from '@k8s-hooks/hooklib'
import { jobPodOf } from '../../src/job-pod/job-pod.ts'
import type { HookTemplate } from '../../src/pod-template/hook-template.ts'
import { onLinux, podStyle, runnerPodWith, sharedRunnerPod, workFolder } from '../pod-template/runner-pod-facts.ts'
import { jobContainer, openPolicy } from './job-container.ts'

function pod(args: Partial<PrepareJobArgs>, template: Partial<HookTemplate> = {}, runnerPod = runnerPodWith()): V1Pod {
  return jobPodOf({
    args: { container: null, services: [], ...args },
    runnerPod,
    workFolder,
    style: podStyle(template),
    env: { job: [{ name: 'A', value: 'a' }] },
    pullSecretNames: [],
    policy: openPolicy
  })
}

const job = jobContainer({ entryPoint: 'x', entryPointArgs: ['y'], workingDirectory: '/__w/a b' })

describe('jobPodOf', () => {
  it('keeps the job container alive with empty folders in copy mode', () => {
    expect(pod({ container: job }).spec).toEqual({
      affinity: onLinux,
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
    expect(metadata?.annotations).toMatchObject({ 'k8s-hooks/service-host-names': 'redis cache redis-2' })
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

  it('gives what options ask of a whole pod to all of its containers', () => {
    const container = jobContainer({
      createOptions:
        '--name app --hostname App --add-host other:10.0.0.9 --add-host app:10.0.0.9 --label a/b=c --group-add 5 --sysctl net.ipv4.tcp_syncookies=0'
    })
    const services = [
      jobContainer({ image: 'redis', createOptions: '--dns 10.0.0.1 --dns-search x.y --dns-opt ndots:2' })
    ]
    const { spec, metadata } = pod({ container, services }, { annotations: { own: 'x' } })
    expect(spec).toMatchObject({
      hostname: 'app',
      hostAliases: [
        { ip: '10.0.0.9', hostnames: ['other', 'app'] },
        { ip: '127.0.0.1', hostnames: ['redis', 'app'] }
      ],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.1'], searches: ['x.y'], options: [{ name: 'ndots', value: '2' }] },
      securityContext: { supplementalGroups: [5], sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '0' }] }
    })
    expect(metadata?.annotations).toMatchObject({
      'job.label.k8s-hooks/a-b': 'c',
      own: 'x',
      'k8s-hooks/service-host-names': 'redis app'
    })
  })

  it('keeps the cluster’s nameservers where options add search domains only', () => {
    const { spec } = pod({ services: [jobContainer({ createOptions: '--dns-search x.y' })] })
    expect({ policy: spec?.dnsPolicy, searches: spec?.dnsConfig?.searches }).toEqual({
      policy: undefined,
      searches: ['x.y']
    })
  })

  it('shares a named volume between job and services, and no anonymous one', () => {
    const mount = (source: string | null, target: string): JobContainer['userMountVolumes'][number] => ({
      userProvidedValue: '',
      sourceVolumePath: source,
      targetVolumePath: target,
      readOnly: false
    })
    const userMountVolumes = [mount('data', '/data'), mount(null, '/cache')]
    const { spec } = pod({
      container: jobContainer({ userMountVolumes }),
      services: [jobContainer({ image: 'redis', userMountVolumes })]
    })
    const [ours, theirs] = (spec?.containers ?? []).map(({ volumeMounts = [] }) =>
      volumeMounts.filter(({ mountPath }) => ['/data', '/cache'].includes(mountPath)).map(({ name }) => name)
    )
    expect(theirs?.[0]).toBe(ours?.[0])
    expect(theirs?.[1]).not.toBe(ours?.[1])
    expect(spec?.volumes?.map(({ name }) => name)).toEqual([
      'work',
      'externals',
      'hook',
      ours?.[0],
      ours?.[1],
      theirs?.[1]
    ])
  })

  it('mounts nothing of the runner into services, whatever it sends, but a folder that they name', () => {
    const folder = {
      userProvidedValue: 'x',
      sourceVolumePath: `${workFolder}/a/a/conf`,
      targetVolumePath: '/conf',
      readOnly: true
    }
    const home = {
      userProvidedValue: null,
      sourceVolumePath: `${workFolder}/_temp`,
      targetVolumePath: '/github/home',
      readOnly: false
    }
    const socket = { ...folder, sourceVolumePath: '/var/run/docker.sock', targetVolumePath: '/var/run/docker.sock' }
    const services = [jobContainer({ image: 'redis', systemMountVolumes: [home], userMountVolumes: [folder, socket] })]
    const { spec } = pod({ services }, {}, sharedRunnerPod)
    expect(spec?.containers[0]?.volumeMounts).toEqual([
      { name: 'work', mountPath: '/conf', subPath: 'a/a/conf', readOnly: true }
    ])
    expect(spec?.affinity).toBeDefined()
    expect(() => pod({ services })).toThrow(expect.objectContaining({ code: 'VOLUME_REFUSED' }))
  })
})
