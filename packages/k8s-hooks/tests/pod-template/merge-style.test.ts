import { describe, expect, it } from '@jest/globals'
import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import { styleContainer, stylePodSpec } from '../../src/pod-template/merge-style.ts'

const container: V1Container = { name: 'job', image: 'node:20' }

describe('styleContainer', () => {
  it('leaves a container without a style as it is', () => {
    expect(styleContainer(container, undefined)).toBe(container)
  })

  it('keeps name and image ours', () => {
    expect(styleContainer(container, { name: 'other', image: 'other:1', tty: true })).toEqual({
      ...container,
      tty: true
    })
  })

  it('takes an image where we have none', () => {
    expect(styleContainer({ name: 'job' }, { image: 'other:1' })).toEqual({ name: 'job', image: 'other:1' })
  })

  it.each<{ fact: string; ours: Partial<V1Container>; style: Partial<V1Container>; merged: Partial<V1Container> }>([
    {
      fact: 'env by name, and the whole of an entry is replaced',
      ours: {
        env: [
          { name: 'A', valueFrom: { secretKeyRef: { key: 'v0' } } },
          { name: 'B', value: 'b' }
        ]
      },
      style: {
        env: [
          { name: 'C', value: 'c' },
          { name: 'A', value: 'a' }
        ]
      },
      merged: {
        env: [
          { name: 'A', value: 'a' },
          { name: 'B', value: 'b' },
          { name: 'C', value: 'c' }
        ]
      }
    },
    {
      fact: 'volume mounts by path, also two of one volume',
      ours: {
        volumeMounts: [
          { name: 'work', mountPath: '/__w' },
          { name: 'work', mountPath: '/a', subPath: 'a' }
        ]
      },
      style: {
        volumeMounts: [
          { name: 'cache', mountPath: '/a' },
          { name: 'work', mountPath: '/b' }
        ]
      },
      merged: {
        volumeMounts: [
          { name: 'work', mountPath: '/__w' },
          { name: 'cache', mountPath: '/a' },
          { name: 'work', mountPath: '/b' }
        ]
      }
    },
    {
      fact: 'ports that differ in the protocol only side by side, and equal ones once',
      ours: { ports: [{ containerPort: 53, protocol: 'TCP' }] },
      style: {
        ports: [
          { containerPort: 53, protocol: 'UDP' },
          { containerPort: 53, protocol: 'TCP' }
        ]
      },
      merged: {
        ports: [
          { containerPort: 53, protocol: 'TCP' },
          { containerPort: 53, protocol: 'UDP' }
        ]
      }
    },
    {
      fact: 'objects deeply, down to their lists',
      ours: { securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['FOWNER'] } } },
      style: { securityContext: { runAsNonRoot: false, capabilities: { add: ['FOWNER', 'CHOWN'] } } },
      merged: {
        securityContext: {
          runAsUser: 0,
          runAsNonRoot: false,
          capabilities: { drop: ['ALL'], add: ['FOWNER', 'CHOWN'] }
        }
      }
    },
    {
      fact: 'resources so that no request is above its limit, the operator’s standing',
      ours: { resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { cpu: '2', memory: '1Gi' } } },
      style: { resources: { requests: { memory: '4Gi' }, limits: { cpu: '.25', 'nvidia.com/gpu': '1' } } },
      merged: {
        resources: {
          requests: { cpu: '.25', memory: '4Gi' },
          limits: { cpu: '.25', memory: '4Gi', 'nvidia.com/gpu': '1' }
        }
      }
    },
    {
      fact: 'resources that fit each other by name',
      ours: { resources: { requests: { memory: '1e3' } } },
      style: { resources: { limits: { memory: '1k', cpu: '1' } } },
      merged: { resources: { requests: { memory: '1e3' }, limits: { memory: '1k', cpu: '1' } } }
    },
    {
      fact: 'resources of the operator alone as he wrote them',
      ours: {},
      style: { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      merged: { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }
    },
    {
      fact: 'scalars by taking the operator’s',
      ours: { workingDir: '/', tty: false },
      style: { workingDir: '/srv' },
      merged: { workingDir: '/srv', tty: false }
    },
    {
      fact: 'command and args by taking the operator’s whole',
      ours: { command: ['sh'], args: ['-c', 'true'] },
      style: { command: ['tini', 'sh'], args: [] },
      merged: { command: ['tini', 'sh'], args: [] }
    },
    {
      fact: 'probes by taking the operator’s whole, because a probe has one handler',
      ours: { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 5 } },
      style: { readinessProbe: { tcpSocket: { port: 80 } } },
      merged: { readinessProbe: { tcpSocket: { port: 80 } } }
    }
  ])('merges $fact', ({ ours, style, merged }) => {
    expect(styleContainer({ ...container, ...ours }, style)).toEqual({ ...container, ...merged })
  })

  it('takes a field without a value for no style: nothing of ours is lost by it', () => {
    const style = JSON.parse('{"env":null,"securityContext":{"runAsUser":null}}') as Partial<V1Container>
    const ours = { ...container, env: [{ name: 'A', value: 'a' }], securityContext: { runAsUser: 0 } }
    expect(styleContainer(ours, style)).toEqual(ours)
  })

  it('changes neither of its arguments', () => {
    const ours = { ...container, env: [{ name: 'A', value: 'a' }] }
    const style = { env: [{ name: 'B', value: 'b' }] }
    styleContainer(ours, style)
    expect({ ours, style }).toEqual({
      ours: { ...container, env: [{ name: 'A', value: 'a' }] },
      style: { env: [{ name: 'B', value: 'b' }] }
    })
  })
})

describe('stylePodSpec', () => {
  it('puts our init containers before the operator’s, and merges volumes and pull secrets by name', () => {
    const ours: V1PodSpec = {
      containers: [container],
      initContainers: [{ name: 'receive' }],
      volumes: [{ name: 'work', emptyDir: {} }],
      imagePullSecrets: [{ name: 'workflow' }]
    }
    const style: Partial<V1PodSpec> = {
      containers: [{ name: 'proxy', image: 'proxy:1' }],
      initContainers: [{ name: 'mine' }],
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'work', emptyDir: { medium: 'Memory' } }
      ],
      imagePullSecrets: [{ name: 'company' }, { name: 'workflow' }]
    }
    expect(stylePodSpec(ours, style)).toEqual({
      containers: [container, { name: 'proxy', image: 'proxy:1' }],
      initContainers: [{ name: 'receive' }, { name: 'mine' }],
      volumes: [
        { name: 'work', emptyDir: { medium: 'Memory' } },
        { name: 'cache', emptyDir: {} }
      ],
      imagePullSecrets: [{ name: 'workflow' }, { name: 'company' }]
    })
  })

  it('keeps the restart policy: a step that is started again would run twice', () => {
    expect(stylePodSpec({ containers: [], restartPolicy: 'Never' }, { restartPolicy: 'Always' })).toEqual({
      containers: [],
      restartPolicy: 'Never'
    })
  })

  it('demands our nodes and the operator’s, where two terms side by side would demand either', () => {
    const required = (nodeSelectorTerms: object[]): Partial<V1PodSpec> => ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } }
    })
    const here = { key: 'metadata.name', operator: 'In', values: ['node-1'] }
    const arm = { key: 'arch', operator: 'In', values: ['arm64'] }
    const amd = { key: 'arch', operator: 'In', values: ['amd64'] }
    const styled = stylePodSpec(
      { containers: [], ...required([{ matchFields: [here] }]) },
      required([{ matchExpressions: [arm] }, { matchExpressions: [amd] }])
    )
    expect(styled.affinity).toEqual(
      required([
        { matchFields: [here], matchExpressions: [arm] },
        { matchFields: [here], matchExpressions: [amd] }
      ]).affinity
    )
  })

  it('keeps equal tolerations once', () => {
    const ci = { key: 'ci', operator: 'Exists' }
    expect(stylePodSpec({ containers: [], tolerations: [ci] }, { tolerations: [{ ...ci }, { key: 'gpu' }] })).toEqual({
      containers: [],
      tolerations: [ci, { key: 'gpu' }]
    })
  })
})
