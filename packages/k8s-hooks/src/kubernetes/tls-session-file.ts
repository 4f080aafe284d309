import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The TLS session that one hook leaves to the next, on the runner's disk. */
export interface TlsSessionFile {
  /** What an earlier hook has left for the same server and authority; undefined when there is none that can be trusted. */
  readonly saved: Buffer | undefined
  /** Never rejects: what cannot be kept costs the next hook some milliseconds. */
  readonly keep: (session: Buffer) => Promise<void>
  readonly forget: () => Promise<void>
}

export interface TlsSessionOptions {
  readonly path: string
  /** Whom the session is with. Another authority, as after a renewal, makes it worthless. */
  readonly host: string
  readonly port: number
  readonly ca: string
}

/**
 * Whoever could write this file could pretend to be the API server. It must belong to the hook's own user and to nobody else,
 * as the token does that is sent there.
 */
export async function openTlsSessionFile({ path, host, port, ca }: TlsSessionOptions): Promise<TlsSessionFile> {
  const scope = createHash('sha256')
    .update(JSON.stringify([host, port, ca]))
    .digest('hex')
  const [savedScope, session] = (await readOwn(path).catch(() => '')).split(' ')
  return {
    saved: savedScope === scope && session !== undefined ? Buffer.from(session, 'base64') : undefined,
    keep: async kept => await replace(path, `${scope} ${kept.toString('base64')}`).catch(() => undefined),
    forget: async () => await rm(path, { force: true }).catch(() => undefined)
  }
}

/** "" when the file is not the hook's alone. */
async function readOwn(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { uid, mode } = await file.stat()
    return uid === process.getuid?.() && (mode & 0o077) === 0 ? await file.readFile('utf8') : ''
  } finally {
    await file.close()
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}-${process.pid}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(draft, text, { mode: 0o600 })
  await rename(draft, path)
}
