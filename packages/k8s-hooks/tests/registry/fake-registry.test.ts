import { describe, expect, it } from '@jest/globals'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createRegistryClient } from '../../src/registry/registry-client.ts'
import { selfSigned } from './self-signed.ts'

const signal = AbortSignal.timeout(20_000)
const digest = `sha256:${'a'.repeat(64)}`

/** One image under one tag, deleted as `distribution` does it. */
function registryHandler(): RequestListener {
  const manifests = new Map([['/v2/k8s-hooks/x/manifests/t', digest]])
  return (request, response) => {
    const found =
      manifests.get(request.url ?? '') ?? [...manifests.values()].find(value => request.url?.endsWith(value))
    if (found === undefined) return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
    if (request.method === 'DELETE') manifests.clear()
    response.writeHead(request.method === 'DELETE' ? 202 : 200, { 'docker-content-digest': found }).end()
  }
}

async function onPort<T>(server: Server, use: (host: string) => Promise<T>): Promise<T> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    return await use(`localhost:${typeof address === 'object' && address !== null ? address.port : 0}`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

describe('a registry on a socket', () => {
  it('loses an image by tag, and says 404 afterwards', async () => {
    await onPort(createHttpServer(registryHandler()), async registry => {
      const client = createRegistryClient({ insecureHost: registry, credentials: new Map(), ca: undefined })
      const image = { registry, repository: 'k8s-hooks/x', tag: 't' }
      expect(await client.resolveDigest(image, signal)).toBe(digest)
      expect(await client.deleteImage(image, signal)).toEqual({ kind: 'deleted' })
      expect(await client.deleteImage(image, signal)).toEqual({ kind: 'absent' })
      expect(await client.resolveDigest(image, signal)).toBeUndefined()
    })
  })

  it('is trusted with the certificate authority that was given, and not without', async () => {
    const { key, cert } = selfSigned()
    await onPort(createHttpsServer({ key, cert }, registryHandler()), async registry => {
      const image = { registry, repository: 'k8s-hooks/x', tag: 't' }
      const access = { insecureHost: undefined, credentials: new Map() }
      const trusting = createRegistryClient({ ...access, ca: cert })
      expect(await trusting.resolveDigest(image, signal)).toBe(digest)
      const clock = { now: () => (clock.ms += 10_000), ms: 0 }
      const strange = createRegistryClient(
        { ...access, ca: undefined },
        { now: clock.now, sleep: () => Promise.resolve() }
      )
      await expect(strange.resolveDigest(image, signal)).rejects.toThrow(/does not answer: self.signed certificate/)
    })
  })
})
