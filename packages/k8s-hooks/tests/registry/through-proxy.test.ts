import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { createHttpTransport } from '../../src/registry/http-transport.ts'
import { selfSigned } from './self-signed.ts'

const signal = AbortSignal.timeout(20_000)
const portOf = (server: { address: () => unknown }): number => (server.address() as AddressInfo).port

describe('requests through a proxy', () => {
  const { key, cert } = selfSigned()
  const registry = createHttpsServer({ key, cert }, (_request, response) => void response.end('from the registry'))
  let proxy: Server
  let asked: { readonly target: string; readonly authorization: string | undefined }[]
  let refusal: string | undefined
  const sockets = new Set<Socket>()

  beforeEach(async () => {
    asked = []
    refusal = undefined
    proxy = createServer()
    // Only the proxy knows where "registry.test" is.
    proxy.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
      asked.push({ target: url, authorization: headers['proxy-authorization'] })
      if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal}\r\n\r\n`)
      const upstream = connect(portOf(registry), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        client.pipe(upstream).pipe(client)
      })
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined))
    })
    await Promise.all([registry, proxy].map(server => new Promise<void>(done => server.listen(0, '127.0.0.1', done))))
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    registry.closeAllConnections()
    await Promise.all([registry, proxy].map(server => new Promise(done => server.close(done))))
  })

  const get = async (user = '', trust: { ca?: string } = { ca: cert }): Promise<string> => {
    const https = `http://${user}127.0.0.1:${portOf(proxy)}`
    const send = createHttpTransport({ ...trust, proxy: { https, http: undefined, exceptions: '' } })
    return (await send({ method: 'GET', url: new URL('https://registry.test/v2/'), headers: {}, signal })).body
  }

  it('reach a registry whose name only the proxy knows, and check its certificate', async () => {
    expect(await get()).toBe('from the registry')
    expect(asked).toEqual([{ target: 'registry.test:443', authorization: undefined }])
  })

  it('are refused where the certificate is not trusted', async () => {
    await expect(get('', {})).rejects.toThrow(/^registry\.test does not answer: self.signed certificate/)
  })

  it('name user and password to the proxy', async () => {
    await get('ci:p%40ss@')
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('ci:p@ss').toString('base64')}`)
  })

  it('say what the proxy said, and no password', async () => {
    refusal = '407 Proxy Authentication Required'
    const error = await get('ci:secret@').catch(String)
    expect(error).toBe(
      `RegistryError: registry.test does not answer: the proxy 127.0.0.1:${portOf(proxy)} answered 407 Proxy Authentication Required.`
    )
  })

  it('say that there is no proxy', async () => {
    const closed = createServer()
    await new Promise<void>(done => closed.listen(0, '127.0.0.1', done))
    const port = portOf(closed)
    await new Promise(done => closed.close(done))
    const send = createHttpTransport({ proxy: { https: `127.0.0.1:${port}`, http: undefined, exceptions: '' } })
    await expect(
      send({ method: 'GET', url: new URL('https://registry.test/v2/'), headers: {}, signal })
    ).rejects.toThrow(
      `registry.test does not answer: the proxy 127.0.0.1:${port} cannot be used: connect ECONNREFUSED 127.0.0.1:${port}.`
    )
  })

  it.each(['socks5://127.0.0.1:1080', 'http://', ':'])('say that %s is no address of a proxy', async https => {
    const send = createHttpTransport({ proxy: { https, http: undefined, exceptions: '' } })
    await expect(
      send({ method: 'GET', url: new URL('https://registry.test/v2/'), headers: {}, signal })
    ).rejects.toThrow('HTTPS_PROXY is no address of a proxy that speaks http or https')
  })
})
