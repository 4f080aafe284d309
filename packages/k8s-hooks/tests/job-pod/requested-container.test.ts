import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import type { JobContainer } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../../src/config/settings.ts'
import { containerPortsOf, isPortMapping, responsePortsOf } from '../../src/job-pod/container-ports.ts'
import { healthProbeOf } from '../../src/job-pod/health-probe.ts'
import { requestedContainer, type ContainerAndVolumes } from '../../src/job-pod/requested-container.ts'
import { responseOf } from '../../src/job-pod/response.ts'
import { containerNamesOf, hostNamesOf, hostNamesOfJob } from '../../src/job-pod/service-names.ts'
import { sharedRunnerPod, workFolder } from '../pod-template/runner-pod-facts.ts'
import { jobContainer, openPolicy } from './job-container.ts'

const ask = (asked: Partial<JobContainer>, policy: Partial<OptionPolicy> = {}): ContainerAndVolumes =>
  requestedContainer({
    name: 'c',
    requested: jobContainer(asked),
    env: [],
    runnerPod: sharedRunnerPod,
    workFolder,
    policy: { ...openPolicy, ...policy }
  })

describe('requestedContainer', () => {
  it.each<{ asked: Partial<JobContainer>; container: Partial<V1Container> }>([
    { asked: {}, container: {} },
    {
      asked: { entryPoint: '/x $A', entryPointArgs: ['"a', '$(b)"'] },
      container: { command: ['/x $$A'], args: ['a $$(b)'] }
    },
    { asked: { createOptions: '--entrypoint /y' }, container: { command: ['/y'] } },
    { asked: { createOptions: '--entrypoint /y', entryPoint: '/x' }, container: { command: ['/x'] } },
    { asked: { createOptions: '--user ""' }, container: {} },
    {
      asked: { createOptions: '--user 1001:127' },
      container: { securityContext: { runAsUser: 1001, runAsGroup: 127 } }
    },
    {
      asked: { createOptions: '--cpus 1.5 --memory 512m' },
      container: { resources: { limits: { cpu: '1.5', memory: '512Mi' }, requests: { cpu: '1.5', memory: '512Mi' } } }
    },
    {
      asked: { createOptions: '--cpu-shares 512 --memory-reservation 1000' },
      container: { resources: { requests: { cpu: '0.5', memory: '1000' } } }
    },
    {
      asked: { createOptions: '--memory 2g --memory-reservation 1g' },
      container: { resources: { limits: { memory: '2048Mi' }, requests: { memory: '1024Mi' } } }
    },
    {
      asked: { createOptions: '-w /srv -it --pull always' },
      container: {
        workingDir: '/srv',
        stdin: true,
        tty: true,
        imagePullPolicy: 'Always'
      }
    },
    {
      asked: { portMappings: ['80'], createOptions: '-p 8443:443 -p 80' },
      container: {
        ports: [
          { containerPort: 80, protocol: 'TCP' },
          { containerPort: 443, protocol: 'TCP' }
        ]
      }
    },
    {
      asked: { createOptions: '--read-only --security-opt no-new-privileges --cap-drop ALL --cap-add CHOWN' },
      container: {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { add: ['CHOWN'], drop: ['ALL'] }
        }
      }
    }
  ])('of $asked is $container', ({ asked, container }) => {
    expect(ask(asked)).toEqual({ container: { name: 'c', image: 'node:20', env: [], ...container }, volumes: [] })
  })

  it('has folders in memory for --shm-size and --tmpfs, with their sizes', () => {
    const { container, volumes } = ask({ createOptions: '--shm-size 1m --tmpfs /run:size=2m --tmpfs /tmp' })
    expect(container.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/dev/shm', '/run', '/tmp'])
    expect(volumes.map(({ emptyDir }) => emptyDir)).toEqual([
      { medium: 'Memory', sizeLimit: '1048576' },
      { medium: 'Memory', sizeLimit: '2097152' },
      { medium: 'Memory' }
    ])
    expect(volumes.map(({ name }) => name)).toEqual(container.volumeMounts?.map(({ name }) => name))
  })

  it('mounts the volumes of the options beside those of volumes:', () => {
    const volume = { userProvidedValue: 'a:/a', sourceVolumePath: 'a', targetVolumePath: '/a', readOnly: false }
    const { container, volumes } = ask({ userMountVolumes: [volume], createOptions: '-v b:/b:ro' })
    expect(container.volumeMounts).toEqual([
      { name: 'user-a', mountPath: '/a', readOnly: false },
      { name: 'user-b', mountPath: '/b', readOnly: true }
    ])
    expect(volumes).toEqual([
      { name: 'user-a', emptyDir: {} },
      { name: 'user-b', emptyDir: {} }
    ])
  })

  it('refuses a volume of the options that is a path of the node', () => {
    expect(() => ask({ createOptions: '-v /etc:/etc' })).toThrow(expect.objectContaining({ code: 'VOLUME_REFUSED' }))
  })

  it('is not privileged unless the operator allows it', () => {
    const asked = { createOptions: '--privileged --security-opt no-new-privileges' }
    expect(() => ask(asked)).toThrow(expect.objectContaining({ code: 'CREATE_OPTION_REFUSED' }))
    expect(ask(asked, { allowPrivileged: true }).container.securityContext).toEqual({ privileged: true })
  })

  it('has no seccomp and no AppArmor where the operator allows it', () => {
    const asked = { createOptions: '--security-opt seccomp=unconfined --security-opt apparmor=unconfined' }
    expect(ask(asked, { allowPrivileged: true }).container.securityContext).toEqual({
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' }
    })
  })

  it('gets no more than the operator’s limits', () => {
    const { container } = ask({ createOptions: '--cpus 8 --memory 8g' }, { maxCpus: 2, maxMemoryBytes: 2 ** 30 })
    expect(container.resources?.limits).toEqual({ cpu: '2', memory: '1024Mi' })
  })
})

describe('healthProbeOf', () => {
  it('is nothing without a command', () => {
    expect(healthProbeOf({ '--health-interval': '1s' })).toBeUndefined()
  })

  it('has Docker’s defaults, but asks every five seconds, and lets Kubernetes expand nothing', () => {
    expect(healthProbeOf({ '--health-cmd': 'pg_isready -U $(id -un)' })).toEqual({
      exec: { command: ['sh', '-c', 'pg_isready -U $$(id -un)'] },
      initialDelaySeconds: 0,
      periodSeconds: 5,
      timeoutSeconds: 30,
      failureThreshold: 3
    })
  })

  it.each([
    ['500ms', 1],
    ['10s', 10],
    ['1m30s', 90],
    ['.5m', 30],
    ['1h', 3600],
    ['0s', 30],
    ['soon', 30]
  ])('reads the time %s as %d s', (duration, timeoutSeconds) => {
    expect(healthProbeOf({ '--health-cmd': 'x', '--health-timeout': duration })).toMatchObject({ timeoutSeconds })
  })

  it.each([
    ['10', 10],
    ['0', 3],
    ['-1', 3],
    ['x', 3]
  ])('takes %s retries as %d', (retries, failureThreshold) => {
    expect(healthProbeOf({ '--health-cmd': 'x', '--health-retries': retries })).toMatchObject({ failureThreshold })
  })
})

describe('containerPortsOf', () => {
  it.each([
    ['80', 80, 'TCP'],
    ['8080:80', 80, 'TCP'],
    ['8080:80/UDP', 80, 'UDP'],
    ['127.0.0.1:8080:80', 80, 'TCP'],
    ['127.0.0.1::80/tcp', 80, 'TCP'],
    ['[::1]:8080:80', 80, 'TCP']
  ])('of %s is %d/%s, never a port of the node', (text, containerPort, protocol) => {
    expect(containerPortsOf([text])).toEqual([{ containerPort, protocol }])
  })

  it('has each port once, and leaves out what is none', () => {
    expect(containerPortsOf(['80', '8080:80', '80/udp', 'x'])).toEqual([
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'UDP' }
    ])
  })

  it.each([
    ['3000-3002', [3000, 3001, 3002]],
    ['8000-8001:80-81', [80, 81]],
    ['127.0.0.1:8000-8001:80-81', [80, 81]],
    ['8000-8005:80', [80]]
  ])('of the range %s are %j', (text, ports) => {
    expect(containerPortsOf([text]).map(({ containerPort }) => containerPort)).toEqual(ports)
  })

  it.each(['', 'x', '0', '70000', '80-70', '8000-8002:80-81', '80/icmp', '-5:80'])('finds no port in %j', text => {
    expect({ ports: containerPortsOf([text]), isPortMapping: isPortMapping(text) }).toEqual({
      ports: [],
      isPortMapping: false
    })
  })

  it('lists so many ports only that the pod stays an object of bearable size, but the runner hears of all', () => {
    expect(containerPortsOf(['1000-3000'])).toHaveLength(250)
    expect(Object.keys(responsePortsOf(['1000-3000']))).toHaveLength(2001)
  })

  it('tells the runner that the port is reached by its own number', () => {
    expect(responsePortsOf(['8080:80', '53/udp'])).toEqual({ '80': '80', '53': '53' })
  })
})

describe('service names', () => {
  const namesOf = (...images: string[]): readonly string[] =>
    containerNamesOf(images.map(image => jobContainer({ image })))

  it('makes a container name of every image, and none twice', () => {
    expect(
      namesOf(
        'redis:7',
        'docker.io/library/redis@sha256:0',
        'job',
        'localhost:5000/my_Image.x:1',
        `${'a'.repeat(80)}:1`
      )
    ).toEqual(['redis', 'redis-2', 'job-2', 'my-image-x', 'a'.repeat(58)])
  })

  it('has host names by the options, the image and the container, and none that Kubernetes refuses', () => {
    const service = jobContainer({
      image: 'acme/My_Db:1',
      createOptions: '--name DB --network-alias a..b --hostname _x'
    })
    expect(hostNamesOf(service, 'my-db')).toEqual(['db', 'my-db'])
  })
})

describe('host names of the job container', () => {
  it('are those that the author gave it, and not that of its image', () => {
    const container = jobContainer({ image: 'node:20', createOptions: '--name app --hostname My_App' })
    expect(hostNamesOfJob(container)).toEqual(['app'])
  })
})

describe('responseOf', () => {
  const services = [jobContainer({ image: 'redis', portMappings: ['6379:6379'] }), jobContainer({ image: 'redis' })]

  it('has the services in their order, ports always an object, and no container where none was asked for', () => {
    expect(responseOf({ container: null, services }, 'pod', undefined)).toEqual({
      context: {
        services: [
          { id: 'redis', ports: { '6379': '6379' } },
          { id: 'redis-2', ports: {} }
        ]
      }
    })
  })

  it('has the ports of the options too', () => {
    const service = jobContainer({ image: 'redis', portMappings: ['1'], createOptions: '-p 127.0.0.1::7181' })
    const { context } = responseOf({ container: null, services: [service] }, 'pod', undefined)
    expect(context?.services).toEqual([{ id: 'redis', ports: { '1': '1', '7181': '7181' } }])
  })

  it('says whether the job container is Alpine', () => {
    expect(responseOf({ container: jobContainer(), services: [] }, 'pod', false)).toEqual({
      isAlpine: false,
      context: { container: { id: 'pod' }, services: [] }
    })
  })
})
