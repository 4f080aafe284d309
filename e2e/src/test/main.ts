import { clusterCommand, insideCluster } from '../harness/in-cluster.ts'
import { runCheck, summarise, type Check } from './check.ts'
import { runFastChecks } from './fast-checks.ts'
import { jestCheck } from './jest-check.ts'

/** `make test`: the fast checks, the embedded cluster, then the tests on it. Ends with "N passed, N failed". */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  const outcomes = [...(await runFastChecks())]
  for (const check of await clusterChecks(env['KANIKO_IMAGE_ARCHIVE'] ?? '')) outcomes.push(await runCheck(check))
  return summarise(outcomes)
}

async function clusterChecks(kanikoArchive: string): Promise<readonly Check[]> {
  const kaniko = clusterCommand('import', kanikoArchive, 'ghcr.io/osscontainertools/kaniko:v1.28.3')
  return [
    { title: 'stand-in executor (go test)', command: ['go', '-C', 'e2e/standin', 'test', './...'] },
    {
      title: 'cluster up',
      command: clusterCommand('up', '--need', 'buildah,buildkit,kaniko-standin,network-policy,runner-node24,static')
    },
    ...(kanikoArchive === '' ? [] : [{ title: 'import of Kaniko', command: kaniko }]),
    await jestCheck('tests on the cluster', ['-c', 'jest.e2e.config.js'], insideCluster)
  ]
}

process.exitCode = await main(process.env)
