import type { RegistrySettings } from '../config/settings.ts'

/** What Docker lets a `RUN` have without an ARG for it, and keeps out of the image (https://docs.docker.com/reference/dockerfile/#predefined-args). */
export type ProxyVariables = Readonly<Record<string, string>>

/**
 * The runner's way out of the cluster for a container that builds or pushes, each variable in both spellings: programs differ in which they read.
 * Empty where there is no proxy.
 */
export function proxyVariables({ proxy, insecure, pushHost }: RegistrySettings): ProxyVariables {
  if (proxy === undefined) return {}
  // A registry without TLS is asked directly (proxy-for.ts); Go wants a port only where it is not any.
  const exceptions = [proxy.exceptions, ...(insecure ? [pushHost.replace(/:\d+$/, '')] : [])].filter(
    text => text !== ''
  )
  const values = { HTTPS_PROXY: proxy.https, HTTP_PROXY: proxy.http, NO_PROXY: exceptions.join(',') || undefined }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const, [name.toLowerCase(), value] as const]
    )
  )
}
