import { describe, expect, it } from '@jest/globals'
import type { V1Container } from '@kubernetes/client-node'
import type { JobContainer } from '@k8s-hooks/hooklib'
import { containerPortsOf, responsePortsOf } from '../../src/job-pod/container-ports.ts'
import { healthProbeOf } from '../../src/job-pod/health-probe.ts'
import { requestedContainer } from '../../src/job-pod/requested-container.ts'
import { responseOf } from '../../src/job-pod/response.ts'
import { containerNamesOf, hostNamesOf } from '../../src/job-pod/service-names.ts'
import { jobContainer } from './job-container.ts'

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
    }
  ])('of $asked is $container', ({ asked, container }) => {
    expect(requestedContainer('c', jobContainer(asked), [])).toEqual({
      name: 'c',
      image: 'node:20',
      env: [],
      ...container
    })
  })

  it.each([
    ['1024', '1024'],
    ['100b', '100'],
    ['64k', '64Ki'],
    ['1.5g', '1.5Gi'],
    ['2GB', '2Gi'],
    ['2GiB', '2Gi'],
    ['much', 'much']
  ])('writes Docker’s memory %s as %s', (docker, kubernetes) => {
    const { resources } = requestedContainer('c', jobContainer({ createOptions: `--memory ${docker}` }), [])
    expect(resources?.limits?.['memory']).toBe(kubernetes)
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
    expect(containerPortsOf(['80', '8080:80', '80/udp', 'x', '1-2:3-4'])).toEqual([
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'UDP' }
    ])
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

  it('says whether the job container is Alpine', () => {
    expect(responseOf({ container: jobContainer(), services: [] }, 'pod', false)).toEqual({
      isAlpine: false,
      context: { container: { id: 'pod' }, services: [] }
    })
  })
})
