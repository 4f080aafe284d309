import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { OwnRegistry } from './own-registry.ts'
import { testRegistryUrl } from './test-site.ts'

/** Copies an official image of Docker Hub ("busybox:1.35") from the cluster's mirror to another, which then is enough to build. */
export async function copyBaseImage(image: string, { address }: Pick<OwnRegistry, 'address'>): Promise<void> {
  const path = `dockerhub/library/${image}`
  await promisify(execFile)('skopeo', [
    ...['copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false'],
    `docker://${new URL(testRegistryUrl()).host}/${path}`,
    `docker://${address}/${path}`
  ])
}
