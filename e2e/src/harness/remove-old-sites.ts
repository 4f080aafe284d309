import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { kubectl } from './kubectl.ts'
import { siteLabel } from './site.ts'
import type { Surroundings } from './surroundings.ts'

interface NamespaceList {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly creationTimestamp: string } }[]
}

/**
 * What a run that was killed has left: namespaces, volumes and nodes in the API alone older than `olderThanMs`, folders of volumes that are gone,
 * and what the node was told about registries of tests.
 */
export async function removeOldSites(
  prefix: string,
  olderThanMs: number,
  { kind: cluster, storageClass, volumesFolder, certsFolder }: Surroundings
): Promise<void> {
  for (const kind of ['namespace', 'pv', 'node']) {
    const list = await kubectl(['get', kind, '-l', siteLabel, '-o', 'json'])
    const old = (JSON.parse(list) as NamespaceList).items
      .filter(({ metadata }) => metadata.name.startsWith(prefix))
      .filter(({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp) > olderThanMs)
      .map(({ metadata }) => metadata.name)
    if (old.length > 0) await kubectl(['delete', kind, '--wait=false', '--ignore-not-found', ...old])
  }
  // The harness's own hostPath volumes lie on this very machine.
  if (storageClass === 'manual') await removeFolders(prefix, volumesFolder)
  if (cluster === 'embedded') await removeOldFolders(prefix, olderThanMs, certsFolder)
}

async function removeOldFolders(prefix: string, olderThanMs: number, parent: string): Promise<void> {
  const folders = (await readdir(parent)).filter(name => name.startsWith(prefix)).map(name => join(parent, name))
  for (const folder of folders) {
    const { mtimeMs } = await stat(folder)
    if (Date.now() - mtimeMs > olderThanMs) await rm(folder, { recursive: true, force: true })
  }
}

async function removeFolders(prefix: string, volumesFolder: string): Promise<void> {
  const volumes = new Set((await kubectl(['get', 'pv', '-o', 'name'])).split('\n'))
  const folders = (await readdir(volumesFolder).catch(() => [])).filter(name => name.startsWith(prefix))
  const orphans = folders.filter(name => !volumes.has(`persistentvolume/${name}`))
  await Promise.all(orphans.map(name => rm(join(volumesFolder, name), { recursive: true, force: true })))
}
