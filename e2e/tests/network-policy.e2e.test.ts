import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VolumeMode } from '../src/harness/arc-role.ts'
import { copyBaseImage } from '../src/harness/copy-base-image.ts'
import { applyDeployedPolicies } from '../src/harness/deployed-policies.ts'
import { apply, kubectl } from '../src/harness/kubectl.ts'
import { builtImagesOf, imageStatusesOf } from '../src/harness/leftovers.ts'
import { startListeningPod } from '../src/harness/listening-pod.ts'
import { nodeAddress } from '../src/harness/node-address.ts'
import { playAddresses } from '../src/harness/outer-addresses.ts'
import { registryPort, startRegistry, type OwnRegistry } from '../src/harness/own-registry.ts'
import { startPolicyEnforcer } from '../src/harness/policy-enforcer.ts'
import { runWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import { runnerPodName, siteLabel, type Site } from '../src/harness/site.ts'
import { logOf, outputOf } from '../src/harness/step-log.ts'
import { openTestSite, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, kaniko, type TestedBuilder } from '../src/harness/tested-builders.ts'

const workflow = '.github/workflows/network-policy.yml'
const prefix = 'ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_'
const metadataService = '169.254.169.254'
/** Of the block that documentation may use: no network has it. */
const publicAddress = '203.0.113.80'

const open = ['registry', 'dns', 'public http'] as const
const closed = [
  'another pod',
  'dns pod, another port',
  'a registry of another namespace',
  'api server by its service',
  'api server by its node',
  'kubelet',
  'metadata service',
  'public ssh'
] as const
type Target = (typeof open)[number] | (typeof closed)[number]

const cases: readonly (TestedBuilder & { readonly mode: VolumeMode })[] = [
  { ...kaniko, mode: 'shared' },
  { ...buildah, mode: 'copy' }
]

/** What a probe says that it has reached. */
const reachedIn = (lines: readonly string[]): readonly string[] =>
  lines.flatMap(line => /^reached: (.*)/.exec(line)?.[1] ?? []).sort()

const sorted = (names: readonly string[]): readonly string[] => [...names].sort()

describe('deploy/network-policy.yaml', () => {
  const undo: (() => Promise<void>)[] = []

  beforeAll(async () => {
    const address = (at: string, ...ports: readonly number[]): { address: string; ports: readonly number[] } => ({
      address: at,
      ports
    })
    undo.push(await playAddresses([address(metadataService, 80), address(publicAddress, 80, 22)]))
  })

  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  })

  describe.each(cases)('with $builder, $mode mode', ({ builder, mode, env, labels }) => {
    let site: Site
    let registry: OwnRegistry
    let free: WorkflowRun
    let confined: WorkflowRun
    const undoCase: (() => Promise<void>)[] = []

    beforeAll(async () => {
      site = await openTestSite(`policy-${builder.toLowerCase()}`, mode, { env, labels })
      undoCase.push(() => site.dispose())
      const services = `${site.namespace}-services`
      await apply({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: services, labels: { [siteLabel]: 'true' } }
      })
      undoCase.push(async () => {
        await kubectl(['delete', 'namespace', services, '--wait=false'])
      })
      registry = await startRegistry({ namespace: services, name: 'registry', tls: false })
      await copyBaseImage('debian:bookworm-slim', registry)
      undoCase.push(await startPolicyEnforcer(services))
      const targets = await startTargets(site, services, registry)
      const repository = await mkdtemp(join(tmpdir(), 'k8s-hooks-policy-'))
      undoCase.push(async () => await rm(repository, { recursive: true }))
      await cp(workflowFolder('network-policy'), repository, { recursive: true })

      const run = async (first: readonly string[]): Promise<WorkflowRun> => {
        const lines = Object.entries(targets).map(([name, at]) => `${at.replace(':', ' ')} ${name}`)
        await writeFile(join(repository, 'action/targets.txt'), [...first, ...lines, ''].join('\n'))
        return await runWorkflow(site, { repository, workflow, env: settingsOf(registry) })
      }
      free = await run([])
      await labelAsScaleSet(site)
      await applyDeployedPolicies({
        runnerNamespace: site.namespace,
        registryNamespace: services,
        dnsNamespace: services,
        nodeDns: `${await nodeAddress()}/32`,
        nodeNetwork: `${await nodeAddress()}/32`
      })
      confined = await run([`until-closed ${targets['another pod'].replace(':', ' ')}`])
    })

    afterAll(async () => {
      for (const step of undoCase.reverse()) await step()
    })

    it('without it, a build reaches everything that is there', () => {
      expect(logOf(free, 'build')).toContain('every target was tried')
      expect(reachedIn(logOf(free, 'build'))).toEqual(sorted([...open, ...closed]))
    })

    it('with it, a build reaches DNS, the registry and public web servers, and nothing else', () => {
      expect(logOf(confined, 'build')).toContain('every target was tried')
      expect(reachedIn(logOf(confined, 'build'))).toEqual(sorted(open))
    })

    it('with it, an image is built, pushed, run and deleted as without', async () => {
      for (const run of [free, confined]) {
        expect(run.exitCode).toBe(0)
        expect(outputOf(run, 'build')).toContain('the image that was built runs')
        expect(builtImagesOf(run)).toHaveLength(1)
        expect(await imageStatusesOf(run, `http://${registry.address}`)).toEqual([404])
      }
    })

    it('with it, the registry is closed to the other pods of the job, which reach all else as before', () => {
      expect(reachedIn(outputOf(free, 'job pod'))).toEqual(sorted([...open, ...closed]))
      expect(reachedIn(outputOf(confined, 'job pod'))).toEqual(
        sorted([...open, ...closed].filter(name => name !== 'registry'))
      )
    })
  })
})

/** Where each target is, as host:port. */
async function startTargets(
  { namespace }: Site,
  services: string,
  registry: OwnRegistry
): Promise<Readonly<Record<Target, string>>> {
  const [dns, other, namesake] = await Promise.all([
    startListeningPod({ namespace: services, name: 'dns', labels: { 'k8s-app': 'kube-dns' }, ports: [53, 80] }),
    startListeningPod({ namespace: services, name: 'other', labels: { app: 'other' }, ports: [registryPort] }),
    startListeningPod({ namespace, name: 'namesake', labels: { app: 'registry' }, ports: [registryPort] })
  ])
  const node = await nodeAddress()
  return {
    // By its name: the answer comes from the node's DNS.
    registry: `${registry.host}:${registryPort}`,
    dns: `${dns}:53`,
    'public http': `${publicAddress}:80`,
    'another pod': `${other}:${registryPort}`,
    'dns pod, another port': `${dns}:80`,
    'a registry of another namespace': `${namesake}:${registryPort}`,
    'api server by its service': 'kubernetes.default.svc.cluster.local:443',
    'api server by its node': `${node}:6443`,
    kubelet: `${node}:10250`,
    'metadata service': `${metadataService}:80`,
    'public ssh': `${publicAddress}:22`
  }
}

function settingsOf({ host, nodePort }: OwnRegistry): Readonly<Record<string, string>> {
  return {
    [`${prefix}HOST`]: host,
    [`${prefix}PORT`]: String(registryPort),
    [`${prefix}NODE_PORT`]: String(nodePort),
    [`${prefix}MIRRORS`]: `${host}:${registryPort}/dockerhub`
  }
}

/** ARC's own label, by which the registry's policy knows runners. */
async function labelAsScaleSet({ namespace }: Site): Promise<void> {
  await kubectl(['-n', namespace, 'label', 'pod', runnerPodName, 'actions.github.com/scale-set-name=arc-runner-set'])
}
