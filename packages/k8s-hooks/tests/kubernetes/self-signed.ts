import { generateKeyPairSync, sign } from 'node:crypto'

/** Key and certificate for 127.0.0.1, made anew for each test file: nothing to leak, nothing to expire. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** A minimal X.509 certificate (RFC 5280), written out in DER. */
export function createSelfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(set(sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from('127.0.0.1')))))
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2))
  const validity = sequence(time(Date.now() - dayMs), time(Date.now() + dayMs))
  const altName = sequence(oid(2, 5, 29, 17), der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ...[algorithm, name, validity, name],
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(altName))
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
  }
}

const dayMs = 86_400_000

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function set(content: Buffer): Buffer {
  return der(0x31, content)
}

function time(ms: number): Buffer {
  return der(0x17, Buffer.from(new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '') + 'Z'))
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const base128 = (value: number): readonly number[] =>
    value < 0x80 ? [value] : [...base128(Math.floor(value / 0x80)).map(byte => byte | 0x80), value % 0x80]
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}
