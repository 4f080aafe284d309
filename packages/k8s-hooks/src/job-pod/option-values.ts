import type { Mount } from '@k8s-hooks/hooklib'
import { isIP } from 'node:net'
import { parseBytes } from '../support/parse-bytes.ts'

export interface Ids {
  readonly uid: number
  readonly gid: number | undefined
}

export interface HostEntry {
  readonly ip: string
  readonly name: string
}

export interface Tmpfs {
  readonly path: string
  readonly bytes: number | undefined
}

/** "NAME=value"; a name alone has an empty one. */
export function assignmentOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
}

/** "1001" or "1001:127". */
export function idsOf(user: string): Ids | undefined {
  const match = /^(\d+)(?::(\d+))?$/.exec(user)
  if (match === null) return undefined
  return { uid: Number(match[1]), gid: match[2] === undefined ? undefined : Number(match[2]) }
}

/** "name:address" or "name=address", an IPv6 address also in brackets. */
export function hostOf(text: string): HostEntry | undefined {
  const name = text.split(/[:=]/, 1)[0] ?? ''
  const ip = text.slice(name.length + 1).replace(/^\[(.*)\]$/, '$1')
  return isIP(ip) === 0 ? undefined : { ip, name: name.toLowerCase() }
}

/** "/path" or "/path:rw,size=64m"; of what stands behind the colon only the size is honoured. */
export function tmpfsOf(text: string): Tmpfs | undefined {
  const [path = '', ...rest] = text.split(':')
  const size = rest
    .join(':')
    .split(',')
    .find(option => option.startsWith('size='))
  const bytes = size === undefined ? undefined : parseBytes(size.slice('size='.length))
  return !path.startsWith('/') || (size !== undefined && bytes === undefined) ? undefined : { path, bytes }
}

/** "/path", "name:/path" or "/source:/path:ro", as in `volumes:`. */
export function volumeOf(text: string): Mount | undefined {
  const parts = text.split(':')
  const [first = '', second] = parts
  const isAnonymous = second?.startsWith('/') !== true
  const target = isAnonymous ? first : second
  if (!target.startsWith('/') || first === '') return undefined
  const options = parts[isAnonymous ? 1 : 2] ?? ''
  return {
    userProvidedValue: text,
    sourceVolumePath: isAnonymous ? null : first,
    targetVolumePath: target,
    readOnly: options.split(',').includes('ro')
  }
}
