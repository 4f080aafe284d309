import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kubectl } from './kubectl.ts'
import { siteLabel } from './site.ts'
import type { Surroundings } from './surroundings.ts'

interface NamespaceList {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly creationTimestamp: string } }[]
}

/** What a run that was killed has left: namespaces and volumes older than `olderThanMs`, and folders of volumes that are gone. */
export async function removeOldSites(
  prefix: string,
  olderThanMs: number,
  { storageClass, volumesFolder }: Surroundings
): Promise<void> {
  for (const kind of ['namespace', 'pv']) {
    const list = await kubectl(['get', kind, '-l', siteLabel, '-o', 'json'])
    const old = (JSON.parse(list) as NamespaceList).items
      .filter(({ metadata }) => metadata.name.startsWith(prefix))
      .filter(({ metadata }) => Date.now() - Date.parse(metadata.creationTimestamp) > olderThanMs)
      .map(({ metadata }) => metadata.name)
    if (old.length > 0) await kubectl(['delete', kind, '--wait=false', '--ignore-not-found', ...old])
  }
  // The harness's own hostPath volumes lie on this very machine.
  if (storageClass === 'manual') await removeFolders(prefix, volumesFolder)
}

async function removeFolders(prefix: string, volumesFolder: string): Promise<void> {
  const volumes = new Set((await kubectl(['get', 'pv', '-o', 'name'])).split('\n'))
  const folders = (await readdir(volumesFolder).catch(() => [])).filter(name => name.startsWith(prefix))
  const orphans = folders.filter(name => !volumes.has(`persistentvolume/${name}`))
  await Promise.all(orphans.map(name => rm(join(volumesFolder, name), { recursive: true, force: true })))
}
