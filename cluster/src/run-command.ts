import { type Cluster } from './cluster.ts'
import { importArchive } from './commands/import-archive.ts'
import { describeStatus } from './commands/describe-status.ts'
import { removeCluster } from './commands/remove-cluster.ts'
import { runCommandInside, type Terminal } from './commands/run-inside.ts'
import { up } from './commands/up.ts'
import { checkHost, type HostFacts } from './host/check-host.ts'
import { ensureDebianPackages } from './host/debian-packages.ts'
import { declareImages, selectImages } from './images/declare-images.ts'
import { imageSourcesOf } from './images/image-sources.ts'
import { type Command, usage } from './parse-arguments.ts'
import { exclusively } from './support/exclusive.ts'
import { pathExists } from './support/path-exists.ts'

export interface CommandDeps {
  readonly cluster: Cluster
  readonly terminal: Terminal
  readonly facts: HostFacts
  /** The node that runs this program. */
  readonly node: string
  readonly write: (text: string) => void
}

/** Does what the command line asks for. Returns the exit code. */
export async function runCommand(command: Command, deps: CommandDeps): Promise<number> {
  const { cluster, write } = deps
  const images = declareImages(imageSourcesOf(cluster.packageDir, deps.node))
  switch (command.kind) {
    case 'help':
      write(usage)
      return 0
    case 'up': {
      const selected = selectImages(images, command.need)
      await checkHost(deps.facts)
      await ensureDebianPackages(cluster.host)
      await up(cluster, selected)
      return 0
    }
    case 'down':
      await down(cluster)
      return 0
    case 'status': {
      const { text, running } = await describeStatus(cluster, images)
      write(text)
      return running ? 0 : 1
    }
    case 'import':
      await importArchive(cluster, command.archive, command.reference)
      return 0
    case 'shell':
      return await runInside(deps, ['bash'])
    case 'run':
      return await runInside(deps, command.command)
  }
}

async function down(cluster: Cluster): Promise<void> {
  const { host, layout } = cluster
  await exclusively(layout.stateDir, { signal: host.signal }, async () => {
    await host.progress.stage(`cluster ${layout.name} removed`, async () => await removeCluster(cluster))
  })
}

async function runInside({ cluster, terminal }: CommandDeps, command: readonly string[]): Promise<number> {
  if (!(await pathExists(cluster.layout.identity))) throw new Error('The cluster is not up: npm run cluster -- up')
  return await runCommandInside(cluster.layout, command, terminal)
}
