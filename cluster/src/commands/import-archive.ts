import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from '../cluster.ts'
import { importIntoNode } from '../images/node-images.ts'
import { renameInIndex } from '../images/rename-in-index.ts'
import type { RunProgram } from '../support/run-program.ts'
import { pathExists } from '../support/path-exists.ts'

/**
 * Makes the one image in an OCI or docker archive known to the node as `reference`. `docker://<reference>` instead of an archive
 * fetches the image through this machine's network; the node itself has no way out.
 * @throws Error when the cluster is not up, the archive is none, or holds several images
 */
export async function importArchive({ host, layout }: Cluster, archive: string, reference: string): Promise<void> {
  if (!(await pathExists(layout.identity))) throw new Error('The cluster is not up: npm run cluster -- up')
  if (!/^[^\s/]+\/\S*[^\s/:]:\w[\w.-]{0,127}$/.test(reference)) {
    throw new Error(`"${reference}" is not a full image reference with a tag, for example localhost/kaniko:1.`)
  }
  const directory = await mkdtemp(join(tmpdir(), 'k8s-hooks-import-'))
  try {
    const imageDir = join(directory, 'image')
    const source = await sourceOf(host.run, archive)
    await host.run('skopeo', ['--insecure-policy', 'copy', '-q', source, `oci:${imageDir}:imported`])
    const index = join(imageDir, 'index.json')
    await writeFile(index, renameInIndex(await readFile(index, 'utf8'), reference))
    await importIntoNode(host, layout, imageDir)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
  host.progress.say(`${archive} is now ${reference} on the node`)
}

async function sourceOf(run: RunProgram, archive: string): Promise<string> {
  if (archive.startsWith('docker://')) return archive
  if (!(await pathExists(archive))) throw new Error(`There is no file ${archive}.`)
  const names = (await run('tar', ['-tf', archive])).split('\n').map(name => name.replace(/^\.\//, ''))
  if (names.includes('manifest.json')) return `docker-archive:${archive}`
  if (names.includes('oci-layout')) return `oci-archive:${archive}`
  throw new Error(`${archive} is neither an OCI archive nor one of docker save.`)
}
