import { describe, expect, it } from '@jest/globals'
import { proxyFor } from '../../src/registry/proxy-for.ts'

const https = 'http://proxy.test:3128'
const through = (url: string, exceptions = ''): string | undefined =>
  proxyFor(new URL(url), { https, http: undefined, exceptions })

describe('proxyFor', () => {
  it('leads https through the proxy', () => {
    expect(through('https://registry.example.com/v2/')).toBe(https)
  })

  it('leaves plain http, which no password may leave the cluster by, to the direct way', () => {
    expect(proxyFor(new URL('http://registry.test:5000/v2/'), { https, http: https, exceptions: '' })).toBeUndefined()
  })

  it('knows no proxy where none is set', () => {
    expect(proxyFor(new URL('https://a.test'), undefined)).toBeUndefined()
    expect(proxyFor(new URL('https://a.test'), { https: undefined, http: https, exceptions: '' })).toBeUndefined()
  })

  it.each([
    ['example.com', 'https://example.com/'],
    ['example.com', 'https://registry.example.com/'],
    ['EXAMPLE.com', 'https://registry.example.COM/'],
    ['.example.com', 'https://registry.example.com/'],
    ['*.example.com', 'https://registry.example.com/'],
    ['a.test, example.com', 'https://example.com/'],
    ['a.test example.com', 'https://example.com/'],
    ['example.com:5000', 'https://example.com:5000/'],
    ['example.com:443', 'https://example.com/'],
    ['*', 'https://example.com/'],
    ['10.1.2.3', 'https://10.1.2.3:5000/'],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000/'],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['fd00::/8', 'https://[fd00::1]:5000/'],
    ['fd00::1', 'https://[fd00::1]/'],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000/'],
    ['', 'https://localhost:5000/'],
    ['', 'https://127.0.0.1:5000/'],
    ['', 'https://[::1]/']
  ])('with NO_PROXY=%s asks %s directly', (exceptions, url) => {
    expect(through(url, exceptions)).toBeUndefined()
  })

  it.each([
    ['example.com', 'https://myexample.com/'],
    ['.example.com', 'https://example.com/'],
    ['example.com:5000', 'https://example.com/'],
    ['10.0.0.0/8', 'https://11.1.2.3/'],
    ['10.0.0.0/8', 'https://fd00.example.com/'],
    ['10.0.0.0/99', 'https://10.1.2.3/'],
    ['0.1.2.3', 'https://10.1.2.3/'],
    ['fd00::/8', 'https://10.1.2.3/'],
    ['2.3', 'https://10.1.2.3/'],
    [' , ,', 'https://example.com/']
  ])('with NO_PROXY=%s asks %s through the proxy', (exceptions, url) => {
    expect(through(url, exceptions)).toBe(https)
  })
})
