import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { request as requestHttps } from 'node:https'
import { issueCertificates } from '../src/harness/certificates.ts'
import { startHttpFront } from '../src/harness/http-front.ts'
import { builtImagesOf, imagesStayLines, leftoversOf } from '../src/harness/leftovers.ts'
import { nameInCluster } from '../src/harness/name-in-cluster.ts'
import { nodeAddress } from '../src/harness/node-address.ts'
import { trustOnNode } from '../src/harness/node-trust.ts'
import { registryFolder, registryPort, startRegistry, type OwnRegistry } from '../src/harness/own-registry.ts'
import { createCaSecret, createDockerConfig } from '../src/harness/registry-secrets.ts'
import { registrySettings } from '../src/harness/registry-settings.ts'
import { runWorkflow, startWorkflow, type WorkflowRun } from '../src/harness/run-workflow.ts'
import type { Site } from '../src/harness/site.ts'
import { outputOf } from '../src/harness/step-log.ts'
import { openTestSite, workflowFolder } from '../src/harness/test-site.ts'
import { buildah, buildkit, kaniko } from '../src/harness/tested-builders.ts'
import { issuer, startTokenServer, type TokenServer } from '../src/harness/token-server.ts'

const repository = workflowFolder('registries')
const workflow = '.github/workflows/registries.yml'
const withoutContainer = { ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER: 'false' }
const builders = [kaniko, buildah, buildkit]
const user = 'ci:correct:horse battery'
/** bcrypt of that password, as `htpasswd -nbB` writes it. */
const htpasswd = 'ci:$2y$05$xCz7E2tmOh7Q.Wc0j1JA4.9bod4SEXN77fgL7zctzk2b8MeoVeH4i\n'

type Env = Readonly<Record<string, string | undefined>>

/** HTTP status of a manifest in a registry with a certificate of its own. */
async function statusOf({ address, certificates }: OwnRegistry, image: string, headers: Headers): Promise<number> {
  const [name = '', digest = ''] = image.split('@')
  const path = `/v2/${name.slice(name.indexOf('/') + 1)}/manifests/${digest}`
  return await new Promise((resolve, reject) => {
    const accept = 'application/vnd.docker.distribution.manifest.v2+json'
    const options = { ca: certificates?.ca, method: 'HEAD', agent: false, headers: { ...headers, accept } }
    requestHttps(`https://${address}${path}`, options, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

type Headers = Readonly<Record<string, string>>

const basic = { authorization: `Basic ${Buffer.from(user).toString('base64')}` }

describe('registries', () => {
  let site: Site
  const undo: (() => Promise<void>)[] = []

  beforeAll(async () => {
    site = await openTestSite('registries', 'shared')
    undo.push(() => site.dispose())
  })

  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  })

  const run = async (job: string, env: Env): Promise<WorkflowRun> =>
    await runWorkflow(site, { repository, workflow, job, env })

  const jobLeftovers = async (): Promise<readonly string[]> =>
    (await leftoversOf(site)).filter(name => !/^(?:Pod\/(?:locked|keeper)-?|Secret\/(?:locked|ca)-?)/.test(name))

  describe('with a password, a certificate of its own and a path prefix', () => {
    let registry: OwnRegistry
    let built: WorkflowRun
    let builtByBuildkit: WorkflowRun
    const refused = new Map<string, WorkflowRun>()

    beforeAll(async () => {
      registry = await startRegistry({
        namespace: site.namespace,
        name: 'locked',
        tls: true,
        config: { auth: { htpasswd: { realm: 'ci', path: `${registryFolder}/htpasswd` } } },
        files: { htpasswd }
      })
      const place = `${registry.host}:${registryPort}`
      const ca = registry.certificates?.ca ?? ''
      undo.push(await trustOnNode(site.surroundings, place, { url: `https://${registry.address}`, ca }))
      // The host alone has credentials that open nothing.
      await createDockerConfig(site.namespace, 'locked', {
        [place]: 'nobody:nothing',
        [`${place}/acme/tmp/k8s-hooks`]: user
      })
      await createCaSecret(site.namespace, 'ca-locked', ca)
      const secrets = { SECRET_NAME: 'locked', CA_SECRET_NAME: 'ca-locked' }
      const host = `${registry.host}/acme/tmp`
      built = await run('in-container', await registrySettings({ HOST: host, ...secrets }))
      // BuildKit looks credentials up by the host alone.
      await createDockerConfig(site.namespace, 'locked-by-host', { [place]: user })
      const byHost = await registrySettings({ HOST: host, ...secrets, SECRET_NAME: 'locked-by-host' })
      builtByBuildkit = await run('from-nothing', { ...byHost, ...buildkit.env })
      await createDockerConfig(site.namespace, 'locked-out', { [place]: 'nobody:nothing' })
      const lockedOut = await registrySettings({ HOST: host, ...secrets, SECRET_NAME: 'locked-out' })
      for (const { builder, env } of builders) refused.set(builder, await run('from-nothing', { ...lockedOut, ...env }))
    })

    it('an image is pushed, pulled by the node, and run', () => {
      expect(outputOf(built, 'first')).toContain('built from a Dockerfile')
      expect(builtImagesOf(built)).toEqual([
        expect.stringMatching(new RegExp(`^${registry.host}:${registryPort}/acme/tmp/k8s-hooks@sha256:`))
      ])
    })

    it('BuildKit pushes there too', async () => {
      expect(outputOf(builtByBuildkit, 'first')).toContain('built from nothing')
      const [image = ''] = builtImagesOf(builtByBuildkit)
      expect(await statusOf(registry, image, basic)).toBe(404)
    })

    it('it is gone after the job', async () => {
      const [image = ''] = builtImagesOf(built)
      expect(await statusOf(registry, image, {})).toBe(401)
      expect(await statusOf(registry, image, basic)).toBe(404)
      expect(imagesStayLines(built)).toEqual([])
      expect(await jobLeftovers()).toEqual([])
    })

    it.each(builders)('$builder with the wrong password fails the step, and the Secret is named', ({ builder }) => {
      const job = refused.get(builder)
      if (job === undefined) throw new Error(`no run of ${builder}`)
      expect(job.report.result).toBe('failure')
      expect(outputOf(job, 'first')).toContainEqual(
        expect.stringMatching(
          /^BUILD_FAILED: The image could not be pushed: .* The Secret locked-out has no credentials for locked\./
        )
      )
    })

    it('the log holds no password', () => {
      expect(built.log).not.toMatch(/correct:horse|Y2k6Y29ycmVjd/)
    })
  })

  describe('behind a token server, under another name for nodes', () => {
    let pullHost: string
    let registry: OwnRegistry
    let tokens: TokenServer
    let built: WorkflowRun

    beforeAll(async () => {
      const host = await nodeAddress()
      // The node is shared: a name of this run's own meets neither a run beside it nor what a killed one has left.
      pullHost = `${site.namespace}.test:5000`
      // Builders accept no bare private address as the place of a token server.
      const name = await nameInCluster(site.namespace, 'tokens', host)
      const certificates = await issueCertificates([`DNS:${name}`, `IP:${host}`])
      tokens = await startTokenServer({ host, certificates, user })
      undo.push(() => tokens.stop())
      const realm = `https://${name}:${tokens.port}/token`
      const token = { realm, service: 'registry', issuer, rootcertbundle: `${registryFolder}/issuer.crt` }
      registry = await startRegistry({
        namespace: site.namespace,
        name: 'locked-by-token',
        tls: true,
        config: { auth: { token } },
        files: { 'issuer.crt': certificates.ca }
      })
      const ca = registry.certificates?.ca ?? ''
      // What nodes pull through: they do not know the cluster's names.
      const front = await startHttpFront({
        listenHost: host,
        target: new URL(`https://${registry.address}`),
        ca,
        rewriteChallenge: challenge => challenge.replace(name, host)
      })
      undo.push(() => front.stop())
      const pulling = { url: `http://${host}:${front.port}`, ca: certificates.ca }
      undo.push(await trustOnNode(site.surroundings, pullHost, pulling))
      await createDockerConfig(site.namespace, 'locked-by-token', {
        [`https://${registry.host}:${registryPort}/v2/`]: user,
        [pullHost]: user
      })
      await createCaSecret(site.namespace, 'ca-locked-by-token', `${ca}${certificates.ca}`)
      const secrets = { SECRET_NAME: 'locked-by-token', CA_SECRET_NAME: 'ca-locked-by-token' }
      built = await run('on-runner', {
        ...(await registrySettings({ HOST: registry.host, PULL_HOST: pullHost, ...secrets })),
        ...withoutContainer
      })
    })

    it('images are pushed under one name, pulled under the other, and run', () => {
      expect(outputOf(built, 'first')).toContain('built from a Dockerfile')
      expect(outputOf(built, 'second')).toContain('built from a Dockerfile')
      expect(builtImagesOf(built).every(image => image.startsWith(`${pullHost}/k8s-hooks/`))).toBe(true)
    })

    it('the right to delete is asked for, and used', () => {
      expect(imagesStayLines(built)).toEqual([])
      // Others are of earlier jobs whose images could not be deleted where they were.
      const repositories = builtImagesOf(built).map(image => /k8s-hooks\/[0-9a-f-]{36}/.exec(image)?.[0] ?? image)
      const scopes = repositories.map(repository => `repository:${repository}:pull,push,delete`)
      expect(
        tokens
          .scopes()
          .filter(scope => scopes.includes(scope))
          .toSorted()
      ).toEqual(scopes.toSorted())
    })
  })

  describe('that deletes nothing', () => {
    let registry: OwnRegistry
    let onRunner: WorkflowRun
    let inContainer: WorkflowRun
    let dying: WorkflowRun
    let env: Env

    beforeAll(async () => {
      const config = { storage: { filesystem: { rootdirectory: '/var/lib/registry' } } }
      registry = await startRegistry({ namespace: site.namespace, name: 'keeper', tls: false, config })
      const nodePort = { NODE_PORT: String(registry.nodePort) }
      env = await registrySettings({ HOST: registry.host, ...nodePort })
      inContainer = await run('in-container', env)
      onRunner = await run('on-runner', { ...env, ...withoutContainer })
      dying = await loseRegistry(registry)
    })

    const loseRegistry = async ({ kill }: OwnRegistry): Promise<WorkflowRun> => {
      const job = await startWorkflow(site, { repository, workflow, job: 'slow', env })
      await job.saw('the build is at work')
      await kill()
      return await job.finished
    }

    it('costs a runner one notice, and no job its success', () => {
      expect([inContainer, onRunner].map(({ report }) => report.result)).toEqual(['success', 'success'])
      expect([inContainer, onRunner].flatMap(job => imagesStayLines(job))).toEqual([
        expect.stringContaining('does not offer the deletion of images (status 405)')
      ])
    })

    it('and dies between build and push fails the step with its name, at once', () => {
      expect(outputOf(dying, 'slow')).toContainEqual(
        expect.stringMatching(new RegExp(`^REGISTRY_UNREACHABLE: .*${registry.host}`))
      )
      expect(dying.report.result).toBe('failure')
    })

    it('which leaves nothing in the cluster', async () => {
      expect(imagesStayLines(dying)).toEqual([expect.stringContaining('does not answer')])
      expect(await jobLeftovers()).toEqual([])
    })
  })
})
