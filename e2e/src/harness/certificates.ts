import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** PEM texts of an authority that nobody knows, and of a certificate that it has signed. */
export interface Certificates {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

/** @param names `DNS:…` and `IP:…` of the server */
export async function issueCertificates(names: readonly string[]): Promise<Certificates> {
  const cwd = await mkdtemp(join(tmpdir(), 'k8s-hooks-certificates-'))
  const request = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)('openssl', ['req', '-x509', ...options, ...args], { cwd })
  }
  const read = async (name: string): Promise<string> => await readFile(join(cwd, name), 'utf8')
  try {
    await request('-subj', '/CN=an authority of its own', '-keyout', 'ca.key', '-out', 'ca.crt')
    await request(
      ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', '/CN=registry', '-keyout', 'tls.key', '-out', 'tls.crt'],
      ...['-addext', `subjectAltName=${names.join(',')}`, '-addext', 'basicConstraints=critical,CA:FALSE']
    )
    return { ca: await read('ca.crt'), certificate: await read('tls.crt'), key: await read('tls.key') }
  } finally {
    await rm(cwd, { recursive: true })
  }
}
