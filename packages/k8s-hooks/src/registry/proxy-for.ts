import { BlockList, isIP } from 'node:net'
import type { ProxySettings } from '../config/settings.ts'
import { bareHostOf } from '../support/bare-host-of.ts'

/**
 * The address of the proxy through which a registry is asked; undefined: directly. Plain http is never sent out of the cluster: a registry
 * without TLS stands in it, and no password passes a proxy unencrypted.
 */
export function proxyFor(url: URL, proxy: ProxySettings | undefined): string | undefined {
  if (proxy?.https === undefined || url.protocol !== 'https:') return undefined
  const host = bareHostOf(url).toLowerCase()
  const port = url.port === '' ? '443' : url.port
  const isException = proxy.exceptions.split(/[\s,]+/).some(entry => matches(entry.toLowerCase(), host, port))
  return isException || isThisMachine(host) ? undefined : proxy.https
}

/**
 * The rule of Go, which builders follow (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config): a name stands for itself and what lies below it,
 * one with a dot in front for the latter alone; an address for itself, a range for what is in it; a port narrows each of them.
 */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '') return false
  if (entry === '*') return true
  if (isIP(host) !== 0 && entry.includes('/')) return isInRange(entry, host)
  const { name, onlyPort } = withoutPort(entry)
  if (onlyPort !== undefined && onlyPort !== port) return false
  if (isIP(host) !== 0) return name === host
  const above = name.replace(/^\*?\./, '')
  return host.endsWith(`.${above}`) || host === name
}

/** "[::1]:5000", "10.0.0.1:5000", "example.com:5000"; an IPv6 address without brackets has no port. */
function withoutPort(entry: string): { readonly name: string; readonly onlyPort: string | undefined } {
  const [, name = entry, onlyPort] = /^\[?([^[\]]*?)\]?(?::(\d+))?$/.exec(entry) ?? []
  return isIP(entry) === 6 ? { name: entry, onlyPort: undefined } : { name, onlyPort }
}

function isInRange(range: string, host: string): boolean {
  const [start = '', bits = ''] = range.split('/')
  const family = isIP(start) === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  try {
    list.addSubnet(start, Number(bits), family)
  } catch {
    return false
  }
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')
}

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.[\d.]+$/.test(host)
