import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunProgram } from '../support/run-program.ts'
import { certificateRequests, type CertificateRequest } from './certificate-requests.ts'

const validDays = '3650'

/** Makes the cluster's own authority, its certificates and the key of service accounts, once per cluster, in `directory`. */
export async function ensureCertificates(run: RunProgram, directory: string): Promise<void> {
  if (await stat(directory).catch(() => undefined)) return
  const unfinished = `${directory}.new`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const openssl = async (...args: readonly string[]): Promise<string> => await run('openssl', args, { cwd: unfinished })
  await createAuthority(openssl)
  await openssl('genrsa', '-out', 'sa.key', '2048')
  await openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub')
  await Promise.all(certificateRequests.map(async request => await createCertificate(openssl, unfinished, request)))
  await rename(unfinished, directory)
}

type OpenSsl = (...args: readonly string[]) => Promise<string>

async function createAuthority(openssl: OpenSsl): Promise<void> {
  await createKey(openssl, 'ca')
  await openssl(
    ...[
      'req',
      '-x509',
      '-new',
      '-key',
      'ca.key',
      '-subj',
      '/CN=k8s-hooks-cluster-ca',
      '-days',
      validDays,
      '-out',
      'ca.crt'
    ],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  )
}

async function createCertificate(openssl: OpenSsl, directory: string, request: CertificateRequest): Promise<void> {
  const { name, subject, alternativeNames } = request
  const extensions = [
    'keyUsage=digitalSignature',
    'extendedKeyUsage=serverAuth,clientAuth',
    ...(alternativeNames === undefined ? [] : [`subjectAltName=${alternativeNames}`])
  ]
  await createKey(openssl, name)
  await writeFile(join(directory, `${name}.ext`), extensions.join('\n'))
  await openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
  await openssl(
    ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-days', validDays],
    ...['-set_serial', `0x${randomBytes(8).toString('hex')}`, '-extfile', `${name}.ext`, '-out', `${name}.crt`]
  )
}

async function createKey(openssl: OpenSsl, name: string): Promise<void> {
  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
}
