import { createHash } from 'node:crypto'

/** Kubernetes' limit for a DNS label, and so for a pod name that is also a label value or host name. */
const longestName = 63
/** Room for what tells apart the objects of one runner; the rest is the runner's. */
const longestSuffix = 40

/**
 * `<base>-<suffix>` as a DNS label. Where that cuts or changes anything, a hash of the whole is put in, so that two names never meet.
 */
export function objectName(base: string, suffix: string): string {
  const whole = `${base}-${suffix}`
  if (dnsLabel(whole) === whole) return whole
  const hash = hashOf(whole)
  const end = cut(dnsLabel(suffix), longestSuffix)
  return `${cut(dnsLabel(base), longestName - end.length - hash.length - 2)}-${hash}-${end}`
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

/** A label value: as it is where Kubernetes allows it, else cleaned; one that is too long gets a hash, so that no selector takes another's objects. */
export function labelValue(text: string): string {
  const clean = trimmed(text.replace(/[^A-Za-z0-9._-]+/g, '-'))
  if (clean.length <= longestName) return clean
  const hash = hashOf(text)
  return `${cut(clean, longestName - hash.length - 1)}-${hash}`
}

function trimmed(text: string): string {
  return text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
}

function cut(text: string, length: number): string {
  return trimmed(text.slice(0, length))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
