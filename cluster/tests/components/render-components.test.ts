import { describe, expect, it } from '@jest/globals'
import { layoutOf } from '../../src/cluster-layout.ts'
import { renderComponents } from '../../src/components/render-components.ts'
import { renderConfiguration } from '../../src/configuration/render-configuration.ts'
import { certificateRequests } from '../../src/pki/certificate-requests.ts'

const layout = layoutOf({ name: 'mine', stateDir: '/state', cacheDir: '/cache' })
const components = renderComponents(layout)

describe('renderComponents', () => {
  it.each(components)('$name is recognised by the state directory in its command line', ({ argv }) => {
    expect(argv.join(' ')).toContain('/state/')
  })

  it('gives each component files that exist: configuration or certificates', () => {
    const certificates = ['ca', 'sa', ...certificateRequests.map(request => request.name)]
    const known = new Set([
      ...renderConfiguration(layout).keys(),
      ...certificates.flatMap(name => [`/state/pki/${name}.crt`, `/state/pki/${name}.key`, `/state/pki/${name}.pub`])
    ])
    const named = components.flatMap(({ argv }) =>
      argv.flatMap(argument => /\/state\/(etc|pki)\/\S+/.exec(argument)?.[0] ?? [])
    )
    expect(named.filter(path => !known.has(path))).toEqual([])
  })

  it('has a certificate for each user of a kubeconfig', () => {
    const users = [...renderConfiguration(layout).values()].flatMap(
      text => /"client-certificate": "\/state\/pki\/(.+)\.crt"/.exec(text)?.[1] ?? []
    )
    expect(users).toEqual(['admin', 'controller-manager', 'scheduler', 'proxy', 'coredns', 'kubelet'])
    expect(certificateRequests.map(request => request.name)).toEqual(expect.arrayContaining(users))
  })
})
