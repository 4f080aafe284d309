import { describe, expect, it } from '@jest/globals'
import { emptyTemplate, readHookTemplate } from '../../src/pod-template/hook-template.ts'

const read = async (text: string): ReturnType<typeof readHookTemplate> =>
  await readHookTemplate('/t.yaml', () => Promise.resolve(text))

describe('readHookTemplate', () => {
  it('reads nothing when no file is named', async () => {
    const readText = (): never => {
      throw new Error('nobody expected a read')
    }
    expect(await readHookTemplate(undefined, readText)).toBe(emptyTemplate)
  })

  it('tells styles from sidecars by the $ in front of the name', async () => {
    const text = `
metadata: { labels: { team: platform }, annotations: { a: b } }
spec:
  nodeSelector: { pool: ci }
  containers:
    - { name: $job, tty: true }
    - { name: proxy, image: 'proxy:1' }
    - { name: '$redis:7', env: [{ name: A, value: a }] }
`
    expect(await read(text)).toEqual({
      labels: { team: 'platform' },
      annotations: { a: 'b' },
      spec: { nodeSelector: { pool: 'ci' }, containers: [{ name: 'proxy', image: 'proxy:1' }] },
      styles: { $job: { tty: true }, '$redis:7': { env: [{ name: 'A', value: 'a' }] } }
    })
  })

  it.each([
    '{}',
    'metadata:\nspec:\n',
    'spec:\n  containers:\n',
    'metadata:\n  labels:\n',
    'spec:\n  securityContext:\n'
  ])('takes a field without a value for absent: %j', async text => {
    expect(await read(text)).toEqual(emptyTemplate)
  })

  it.each([
    ['', 'the template must be an object'],
    ['- 1', 'the template must be an object'],
    ['metadata: 1', 'metadata must be an object'],
    ['metadata: { labels: { a: 1 } }', 'metadata.labels.a must be a text'],
    ['metadata: { annotations: { a: true } }', 'metadata.annotations.a must be a text'],
    ['spec: []', 'spec must be an object'],
    ['spec: { containers: {} }', 'spec.containers must be a list'],
    ['spec: { containers: [{ name: $builder, tolerations: a }] }', 'spec.containers[0].tolerations must be a list'],
    ['spec: { containers: [1] }', 'spec.containers[0] must be an object'],
    ['spec: { containers: [{ image: a }] }', 'spec.containers[0].name must be a text'],
    [
      'spec: { containers: [{ name: $job }, { name: $job }] }',
      'spec.containers[1].name: there is another container $job'
    ],
    ['spec: { containers: [{ name: $job, env: { A: a } }] }', 'spec.containers[0].env must be a list'],
    [
      'spec: { containers: [{ name: $job, volumeMounts: [a] }] }',
      'spec.containers[0].volumeMounts[0] must be an object'
    ],
    [
      'spec: { containers: [{ name: $job, env: [{ name: A, value: a }, { name: B, value: 1 }] }] }',
      'spec.containers[0].env[1].value must be a text'
    ],
    [
      'spec: { containers: [{ name: $job, volumeMounts: [{ name: a }] }] }',
      'spec.containers[0].volumeMounts[0].mountPath must be a text'
    ],
    ['spec: { containers: [{ name: $job, resources: 1 }] }', 'spec.containers[0].resources must be an object'],
    ['spec: { securityContext: root }', 'spec.securityContext must be an object'],
    ['spec: { volumes: [{ emptyDir: {} }] }', 'spec.volumes[0].name must be a text'],
    ['spec: { imagePullSecrets: [secret] }', 'spec.imagePullSecrets[0] must be an object'],
    [
      'spec: { containers: [{ name: $job, nodeSelector: {} }, { name: $redis, nodeSelector: {} }] }',
      'spec.containers[1].nodeSelector is a field of a pod, and $redis has none of its own'
    ],
    ['spec: { initContainers: [{ image: a }] }', 'spec.initContainers[0].name must be a text'],
    ['spec: { volumes: { name: a } }', 'spec.volumes must be a list'],
    ['spec: { tolerations: [ci] }', 'spec.tolerations[0] must be an object']
  ])('refuses %j: %s', async (text, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: `The hook template /t.yaml is wrong: ${problem}.`
    })
  })

  it('names the file when it is not YAML, and keeps the cause', async () => {
    const error = await read('a: [').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'TEMPLATE_INVALID', cause: expect.anything() })
    expect(String(error)).toContain('/t.yaml')
  })

  it('names the file when it cannot be read', async () => {
    const missing = readHookTemplate('/t.yaml', () => Promise.reject(new Error('ENOENT: no such file')))
    await expect(missing).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: 'The hook template /t.yaml is wrong: ENOENT: no such file.'
    })
  })
})
