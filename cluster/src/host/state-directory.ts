import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const marker = '.k8s-hooks-cluster'

/**
 * `down` deletes the directory with everything in it, so it must be ours.
 * @throws Error when it has content that no cluster has put there
 */
export async function checkStateDirectory(directory: string): Promise<void> {
  const names: readonly string[] = await readdir(directory).catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  if (names.length > 0 && !names.includes(marker)) {
    throw new Error(
      `${directory} holds something else than a cluster. Set K8S_HOOKS_CLUSTER_DIR to a directory that does not exist.`
    )
  }
}

/** Makes the directory a cluster's own. */
export async function claimStateDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, marker), '')
}
