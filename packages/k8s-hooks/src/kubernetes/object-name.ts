import { createHash } from 'node:crypto'

/** Kubernetes' limit for a DNS label, and so for a pod name that is also a label value or host name. */
const longestName = 63

/**
 * `<base>-<suffix>` as a DNS label. A base that is too long is cut and gets a hash of the whole, so that two long names never meet.
 */
export function objectName(base: string, suffix: string): string {
  const whole = `${dnsLabel(base)}-${dnsLabel(suffix)}`
  if (whole.length <= longestName) return whole
  const hash = createHash('sha256').update(base).digest('hex').slice(0, 8)
  const room = longestName - dnsLabel(suffix).length - hash.length - 2
  return `${dnsLabel(base).slice(0, room).replace(/-+$/, '')}-${hash}-${dnsLabel(suffix)}`
}

/** Lower case letters, digits and dashes, beginning and ending with a letter or digit; "x" when nothing is left. */
export function dnsLabel(text: string): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, longestName)
    .replace(/^-+|-+$/g, '')
  return label === '' ? 'x' : label
}

/** A label value: as it is where Kubernetes allows it, else cut and cleaned. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, longestName)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
}
