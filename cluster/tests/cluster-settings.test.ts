import { describe, expect, it } from '@jest/globals'
import { parseClusterSettings } from '../src/cluster-settings.ts'

describe('parseClusterSettings', () => {
  it('has one cluster for the machine when nothing is set', () => {
    expect(parseClusterSettings({ HOME: '/home/me' })).toEqual({
      name: 'k8s-hooks',
      stateDir: '/var/tmp/k8s-hooks-cluster',
      cacheDir: '/home/me/.cache/k8s-hooks'
    })
  })

  it('gives a cluster of another name a directory of its own', () => {
    expect(parseClusterSettings({ K8S_HOOKS_CLUSTER_NAME: 'two' }).stateDir).toBe('/var/tmp/two-cluster')
  })

  it('takes each value from its variable', () => {
    const env = { K8S_HOOKS_CLUSTER_NAME: 'a', K8S_HOOKS_CLUSTER_DIR: '/b/', K8S_HOOKS_CACHE: '/c' }
    expect(parseClusterSettings(env)).toEqual({ name: 'a', stateDir: '/b', cacheDir: '/c' })
  })

  it.each([
    { env: { K8S_HOOKS_CLUSTER_NAME: 'Upper' }, variable: 'K8S_HOOKS_CLUSTER_NAME' },
    { env: { K8S_HOOKS_CLUSTER_NAME: '../x' }, variable: 'K8S_HOOKS_CLUSTER_NAME' },
    { env: { K8S_HOOKS_CLUSTER_DIR: 'relative' }, variable: 'K8S_HOOKS_CLUSTER_DIR' },
    { env: { K8S_HOOKS_CLUSTER_DIR: '/' }, variable: 'K8S_HOOKS_CLUSTER_DIR' },
    { env: { K8S_HOOKS_CLUSTER_DIR: '/with blank' }, variable: 'K8S_HOOKS_CLUSTER_DIR' },
    { env: { K8S_HOOKS_CLUSTER_DIR: `/${'x'.repeat(70)}` }, variable: 'K8S_HOOKS_CLUSTER_DIR' },
    { env: { K8S_HOOKS_CACHE: '/a/../b' }, variable: 'K8S_HOOKS_CACHE' }
  ])('refuses $env', ({ env, variable }) => {
    expect(() => parseClusterSettings(env)).toThrow(variable)
  })
})
