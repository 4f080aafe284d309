import type { Socket } from 'node:net'
import type { ClientTls, ClusterAccess } from './cluster-access.ts'

/** How connections to the API server become secure. */
export interface Handshake {
  /** TLS options of a new connection. */
  readonly options: () => ClientTls
  /** For the connection of each request: what it leaves for later ones is kept. */
  readonly watch: (connection: Socket) => void
  /**
   * Whether a connection may have failed because the server has not taken up the session. Nothing was sent; the next one is
   * checked by the authority.
   */
  readonly wasNotResumed: (error: unknown) => boolean
}

/**
 * Resumes the session of an earlier hook. That connection was checked by the cluster's authority, and who resumes its session
 * proves to hold its key; so the authority is not even loaded, for which Node 20 parses all those that it brings along:
 * about 35 ms of each step (docs/adrs, "Node 20"). Without an authority a server that starts a session of its own is refused.
 */
export function createHandshake({ tls, session }: Pick<ClusterAccess, 'tls' | 'session'>): Handshake {
  let saved = session?.saved
  let isKept = session === undefined || saved !== undefined
  let forgotten = Promise.resolve()
  const watched = new WeakSet<Socket>()
  return {
    options: () => (saved === undefined ? tls : { ...tls, ca: [], session: saved }),
    watch: connection => {
      if (isKept || watched.has(connection)) return
      watched.add(connection)
      // Emitted only once the server's certificate and name were found right.
      connection.once('session', (fresh: Buffer) => {
        if (!isKept) void forgotten.then(() => session?.keep(fresh))
        isKept = true
      })
    },
    wasNotResumed: error => {
      // Of several connections at once each is made again.
      if (session?.saved === undefined || !isRefusal(error)) return false
      if (saved !== undefined) forgotten = session.forget()
      saved = undefined
      isKept = false
      return true
    }
  }
}

/** Codes of OpenSSL's verification, and of a handshake that went wrong: https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_SSL_)/.test(String(error.code))
}
