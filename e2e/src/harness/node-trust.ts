import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Surroundings } from './surroundings.ts'

/**
 * Tells the node's containerd where a registry is and whose certificates it may have: what an operator writes to `certs.d`,
 * which containerd reads at each pull. Returns how it is taken back.
 */
export async function trustOnNode(
  { certsFolder }: Surroundings,
  name: string,
  { url, ca }: { readonly url: string; readonly ca: string }
): Promise<() => Promise<void>> {
  const folder = join(certsFolder, name)
  await mkdir(folder)
  await writeFile(join(folder, 'ca.crt'), ca)
  const host = [`[host."${url}"]`, '  capabilities = ["pull", "resolve"]', `  ca = "${folder}/ca.crt"`]
  await writeFile(join(folder, 'hosts.toml'), [`server = "${url}"`, ...host, ''].join('\n'))
  return async () => await rm(folder, { recursive: true })
}
