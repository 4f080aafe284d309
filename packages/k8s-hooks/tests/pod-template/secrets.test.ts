import { describe, expect, it } from '@jest/globals'
import { envSecretOf } from '../../src/pod-template/env-secret.ts'
import { escapeExpansion } from '../../src/pod-template/escape-expansion.ts'
import { metadataOf, selectorOf } from '../../src/pod-template/identity.ts'
import { pullSecretOf } from '../../src/pod-template/pull-secret.ts'
import { identity } from './runner-pod-facts.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('envSecretOf', () => {
  it('keeps values in the Secret and only names in the container, empty values too', () => {
    expect(envSecretOf(identity, 'env-1', { 'INPUT_WHO-ELSE': 'Mona $(X)\n', EMPTY: '' })).toEqual({
      secret: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: metadataOf(identity, 'secret', 'env-1'),
        data: { v0: base64('Mona $(X)\n'), v1: '' }
      },
      env: [
        { name: 'INPUT_WHO-ELSE', valueFrom: { secretKeyRef: { name: 'env-1', key: 'v0' } } },
        { name: 'EMPTY', valueFrom: { secretKeyRef: { name: 'env-1', key: 'v1' } } }
      ],
      refusedNames: []
    })
  })

  it.each(['', '1A', 'A B', 'A=B', 'INPUT_Ä', 'a:b', '.', '..', '..A'])('goes without the name %j', name => {
    expect(envSecretOf(identity, 'env-1', { [name]: 'x' })).toEqual({
      secret: undefined,
      env: [],
      refusedNames: [name]
    })
  })

  it.each(['.A', '_', 'a.b', '-x'])('takes the name %s', name => {
    expect(envSecretOf(identity, 'env-1', { [name]: 'x' }).refusedNames).toEqual([])
  })
})

describe('pullSecretOf', () => {
  it.each([
    { serverUrl: '', key: 'https://index.docker.io/v1/' },
    { serverUrl: 'ghcr.io', key: 'ghcr.io' }
  ])('is a docker config for "$serverUrl"', ({ serverUrl, key }) => {
    const secret = pullSecretOf(identity, 'pull-1', { username: 'mona', password: null, serverUrl })
    const config = JSON.stringify({ auths: { [key]: { username: 'mona', password: '', auth: base64('mona:') } } })
    expect(secret).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: metadataOf(identity, 'secret', 'pull-1'),
      data: { '.dockerconfigjson': base64(config) }
    })
  })
})

describe('metadataOf', () => {
  it('has only label values that Kubernetes takes', () => {
    const workflow = { repository: 'octo/demo', 'run-id': '_', job: 'ä'.repeat(80) }
    const { labels } = metadataOf({ ...identity, runnerPodName: 'r'.repeat(80), workflow }, 'job', 'n')
    expect(Object.keys(labels ?? {})).toEqual([
      'runner-pod',
      'k8s-hooks/role',
      'k8s-hooks/name',
      'k8s-hooks/repository'
    ])
    for (const value of Object.values(labels ?? {})) {
      expect(value).toMatch(/^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/)
    }
  })

  it('tells the workflow in labels that Kubernetes takes, and as it is in annotations', () => {
    const workflow = { repository: 'octo/demo', workflow: 'Build & test', 'run-id': '42', job: undefined }
    const { labels, annotations } = metadataOf({ ...identity, workflow }, 'job', 'n')
    expect(labels).toMatchObject({ 'k8s-hooks/repository': 'octo-demo', 'k8s-hooks/workflow': 'Build-test' })
    expect(annotations).toEqual({
      'k8s-hooks/repository': 'octo/demo',
      'k8s-hooks/workflow': 'Build & test',
      'k8s-hooks/run-id': '42'
    })
  })

  it('tells nothing of the workflow where the operator does not want it', () => {
    const metadata = metadataOf({ ...identity, workflow: {} }, 'job', 'n')
    expect(Object.keys(metadata.labels ?? {})).toEqual(['runner-pod', 'k8s-hooks/role', 'k8s-hooks/name'])
    expect(metadata).not.toHaveProperty('annotations')
  })

  it('is selected by the selector of its runner pod', () => {
    const runnerPodName = 'r'.repeat(80)
    const { labels } = metadataOf({ ...identity, runnerPodName }, 'job', 'n')
    expect(selectorOf(runnerPodName)).toBe(`runner-pod=${labels?.['runner-pod'] ?? ''},k8s-hooks/role`)
  })
})

describe('escapeExpansion', () => {
  it('doubles every $, so that Kubernetes gives the text back', () => {
    expect(escapeExpansion('$(A) $$ $& a')).toBe('$$(A) $$$$ $$& a')
  })
})
