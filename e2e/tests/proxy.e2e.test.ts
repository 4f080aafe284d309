import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificates, issueCertificates } from '../src/harness/certificates.ts'
import { containerStep, type DirectResult } from '../src/harness/direct-steps.ts'
import { type ForwardProxy, startForwardProxy } from '../src/harness/forward-proxy.ts'
import { type HttpFront, startHttpFront } from '../src/harness/http-front.ts'
import { leftoversOf } from '../src/harness/leftovers.ts'
import { nodeAddress } from '../src/harness/node-address.ts'
import { createCaSecret, createDockerConfig } from '../src/harness/registry-secrets.ts'
import type { Site } from '../src/harness/site.ts'
import { openTestSite, testRegistryUrl } from '../src/harness/test-site.ts'
import { buildah, buildkit, kaniko } from '../src/harness/tested-builders.ts'
import { type PodWatch, watchPods } from '../src/harness/watch-pods.ts'

const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_'
const user = 'ci:correct horse'
const inAddress = 'ci:correct%20horse'
const builders = [kaniko, buildah, buildkit]
/** With credentials a container of its own pushes. */
const cases = builders.flatMap(({ builder, env }) => [
  { builder, env, pushes: 'and pushes', secret: {} },
  { builder, env, pushes: 'while another container pushes', secret: { [`${prefix}REGISTRY_SECRET_NAME`]: 'push' } }
])

describe('a registry that only a proxy can reach', () => {
  let site: Site
  let front: HttpFront
  let proxy: ForwardProxy
  let watch: PodWatch
  /** Of this run alone; the proxy knows where it is, and no name server does. */
  let name: string
  /** Of the proxy. */
  let address: (userAndPassword: string) => string
  const undo: (() => Promise<void>)[] = []
  const results = new Map<string, DirectResult>()

  beforeAll(async () => {
    site = await openTestSite('proxy', 'shared')
    undo.push(() => site.dispose())
    name = `${site.namespace}.test`
    const certificates = await issueCertificates([`DNS:${name}`])
    await startNetwork(certificates)
    await createCaSecret(site.namespace, 'ca', certificates.ca)
    await createDockerConfig(site.namespace, 'push', { [name]: 'anybody:anything' })
    await placeAction()
    watch = await watchPods(site.namespace)
    undo.push(() => watch.stop())
    for (const { builder, pushes, env, secret } of cases)
      results.set(builder + pushes, await build({ ...env, ...secret, HTTPS_PROXY: address(inAddress) }))
    for (const { builder, env } of builders)
      results.set(`${builder}, refused`, await build({ ...env, HTTPS_PROXY: address('ci:wrong') }))
    const nobody = `http://${await nodeAddress()}:9`
    results.set('Buildah, nobody there', await build({ ...buildah.env, HTTPS_PROXY: nobody }))
  })

  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  })

  /** The registry of the cluster under a name outside of it, behind TLS and the proxy. */
  const startNetwork = async (certificates: Certificates): Promise<void> => {
    const host = await nodeAddress()
    front = await startHttpFront({ listenHost: host, target: new URL(testRegistryUrl()), certificates })
    undo.push(() => front.stop())
    const places = { [`${name}:443`]: { host, port: front.port } }
    proxy = await startForwardProxy({ listenHost: host, user, places })
    undo.push(() => proxy.stop())
    address = userAndPassword => `http://${userAndPassword}@${host}:${proxy.port}`
  }
  const placeAction = async (): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'k8s-hooks-proxy-'))
    try {
      const lines = [
        `FROM ${name}/dockerhub/library/busybox:1.35`,
        'RUN echo "RUN leaves by ${https_proxy##*@}" | sed "s/:[0-9]*$//" && [ "$HTTPS_PROXY" = "$https_proxy" ]',
        'ENTRYPOINT ["sh", "-c", "env | sed s/^/has:/"]'
      ]
      await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
      await site.copyIn(folder, '/home/runner/_work/outside/outside/action')
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  const build = async (env: Readonly<Record<string, string>>): Promise<DirectResult> => {
    const all = {
      [`${prefix}REGISTRY_HOST`]: name,
      [`${prefix}REGISTRY_PULL_HOST`]: 'localhost:30500',
      [`${prefix}REGISTRY_CA_SECRET_NAME`]: 'ca',
      ...env
    }
    const cleared = ['PORT', 'NODE_PORT', 'MIRRORS'].map(end => `-u ${prefix}REGISTRY_${end}`)
    const set = Object.entries(all).map(([variable, value]) => `'${variable}=${value}'`)
    return await containerStep(site, {
      ...{ repository: 'outside', dockerfile: 'action/Dockerfile', hasJobPod: false },
      around: [['env', ...cleared, ...set].join(' '), '']
    })
  }

  const resultOf = (run: string): DirectResult => {
    const found = results.get(run)
    if (found === undefined) throw new Error(`no run of ${run}`)
    return found
  }

  describe.each(cases)('$builder, which builds $pushes', ({ builder, pushes }) => {
    const result = (): DirectResult => resultOf(builder + pushes)

    it('has base image and result pass the proxy, and its RUN knows it', async () => {
      expect(result().output).toContain('has:HOME=/github/home\n')
      expect(result().exitCode).toBe(0)
      expect(result().output).toContain(`RUN leaves by ${await nodeAddress()}\n`)
    })

    it('keeps no proxy in the image', () => {
      expect(result().output).not.toMatch(/has:.*proxy/i)
    })

    it('tells nobody the password', () => {
      expect(result().output).not.toMatch(/correct(?: |%20)horse/)
    })
  })

  it('is asked through the proxy by the hook too, which deletes what was built', () => {
    const deleted = front.passed().filter(line => /^DELETE .* 202$/.test(line))
    expect(deleted).toHaveLength(cases.length)
    expect(new Set(proxy.targets())).toEqual(new Set([`${name}:443`]))
  })

  it('leaves no password in the spec of a pod, and no Secret', async () => {
    const builders = watch.pods().filter(({ metadata }) => metadata.labels?.['k8s-hooks/role'] === 'builder')
    expect(JSON.stringify(builders)).toContain('"HTTPS_PROXY"')
    expect(JSON.stringify(watch.pods())).not.toMatch(/correct(?: |%20)horse/)
    expect(await leftoversOf(site)).toEqual(['Secret/ca', 'Secret/push'])
  })

  it.each([
    ...builders.map(({ builder }) => ({ name: `${builder}, refused`, words: 'Proxy Authentication Required' })),
    { name: 'Buildah, nobody there', words: 'proxyconnect' }
  ])('that it is not reached says $name', ({ name: run, words }) => {
    const { exitCode, output } = resultOf(run)
    expect(exitCode).toBe(1)
    expect(output).toMatch(
      new RegExp(
        `^REGISTRY_UNREACHABLE: The image could not be built: .*${words}.* through the proxy that HTTPS_PROXY`,
        'm'
      )
    )
    expect(output).not.toContain('ci:wrong')
  })
})
