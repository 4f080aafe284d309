import { describe, expect, it } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { ImageCache } from '../../src/action-image/image-cache.ts'
import { createLedger, type Ledger } from '../../src/action-image/ledger.ts'
import { type ActionImageDeps, resolveActionImage } from '../../src/action-image/resolve-action-image.ts'
import type { Builder, BuildRequest } from '../../src/builder/builder.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { registrySettings } from '../registry/registry-settings.ts'
import { inTree } from './temporary-tree.ts'

const signal = AbortSignal.timeout(20_000)
const digest = `sha256:${'d'.repeat(64)}`
const timings = { startMs: 1, streamMs: 2, buildMs: 3, pushMs: 4 }

interface Bench {
  readonly deps: ActionImageDeps
  readonly requests: readonly BuildRequest[]
  readonly lines: readonly string[]
  readonly root: string
  readonly dockerfile: string
}

async function onBench(use: (bench: Bench) => Promise<void>, build?: Builder['build']): Promise<void> {
  const tree = {
    'work/action/Dockerfile': 'FROM a\nCOPY --parents x /',
    'work/action/.dockerignore': 'Dockerfile',
    'work/action/x': '1'
  }
  await inTree(tree, async root => {
    const requests: BuildRequest[] = []
    const logger = recordingLogger()
    const builder: Builder = {
      build: async (request, given) => {
        requests.push(request)
        return (await build?.(request, given)) ?? { digest, timings }
      }
    }
    const deps: ActionImageDeps = {
      settings: {
        registry: registrySettings(),
        builder: {
          kind: 'kaniko',
          image: 'kaniko:1',
          baseImageSecretName: undefined,
          timeoutSeconds: 9,
          contextMaxBytes: 1e9,
          summary: false
        }
      },
      contextRoots: [join(root, 'work')],
      createBuilder: () => builder,
      ledger: createLedger(join(root, 'ledger')),
      logger,
      sleep: async () => await new Promise(setImmediate)
    }
    await use({ deps, requests, lines: logger.lines, root, dockerfile: join(root, 'work/action/Dockerfile') })
  })
}

describe('resolveActionImage', () => {
  it('builds the image and names it as a node pulls it', async () => {
    await onBench(async ({ deps, dockerfile, requests, lines, root }) => {
      const image = await resolveActionImage(dockerfile, { ...deps, now: () => 5 }, signal)
      const handle = requests[0]?.handle ?? ''
      expect(image).toEqual({
        image: `localhost:30500/k8s-hooks/${handle}@${digest}`,
        built: true,
        timings: { packMs: 0, ...timings }
      })
      expect(requests[0]).toMatchObject({
        destination: { registry: 'registry.test:5000', repository: `k8s-hooks/${handle}`, tag: handle },
        dockerfilePath: 'Dockerfile',
        ignoreFilePath: '.dockerignore',
        context: { entryCount: 3 },
        origin: expect.stringMatching(/^[0-9a-f]{16}$/),
        foreignFrontend: false
      })
      expect(lines).toEqual([
        'warning: Dockerfile, line 2: Kaniko ignores --parents: the files land in one directory.',
        `info: Packed ${root}/work/action: 3 entries, 4.1 kB in 0 ms`
      ])
    })
  })

  it('says that it uses the image before it is built, and when it is used again', async () => {
    let isUsed: boolean | undefined
    let ledger: Ledger | undefined
    await onBench(
      async ({ deps, dockerfile, requests }) => {
        ledger = deps.ledger
        await resolveActionImage(dockerfile, deps, signal)
        expect(isUsed).toBe(true)
        await deps.ledger.letGo()
        await resolveActionImage(dockerfile, deps, signal)
        expect(await deps.ledger.isUsed(requests[0]?.handle ?? '')).toBe(true)
      },
      async ({ handle }) => {
        isUsed = await ledger?.isUsed(handle)
        return { digest, timings }
      }
    )
  })

  it('uses the image again for the same content, and builds for another', async () => {
    await onBench(async ({ deps, dockerfile, requests, root }) => {
      const first = await resolveActionImage(dockerfile, deps, signal)
      const again = await resolveActionImage(dockerfile, deps, signal)
      expect(again).toMatchObject({ image: first.image, built: false })
      await writeFile(join(root, 'work/action/x'), '2')
      const changed = await resolveActionImage(dockerfile, deps, signal)
      expect(changed.built).toBe(true)
      expect(changed.image).not.toBe(first.image)
      expect(requests).toHaveLength(2)
    })
  })

  it('builds once for steps that ask at the same time', async () => {
    await onBench(async ({ deps, dockerfile, requests, lines }) => {
      const images = await Promise.all([1, 2, 3].map(() => resolveActionImage(dockerfile, deps, signal)))
      expect(new Set(images.map(({ image }) => image)).size).toBe(1)
      expect(requests).toHaveLength(1)
      expect(lines).toContain('info: Another step builds the same image; waiting for it.')
    })
  })

  it('has the build in the ledger while it runs, and after it failed', async () => {
    const seen: unknown[] = []
    let ledger = createLedger('/nowhere')
    const fail = async (): Promise<never> => {
      seen.push(await ledger.entries())
      throw new Error('build failed')
    }
    await onBench(async ({ deps, dockerfile, requests }) => {
      ledger = deps.ledger
      await expect(resolveActionImage(dockerfile, deps, signal)).rejects.toThrow('build failed')
      const entry = { handle: requests[0]?.handle, key: expect.stringMatching(/^[0-9a-f]{64}$/) }
      expect(seen).toEqual([[entry]])
      expect(await ledger.entries()).toEqual([entry])
      await expect(resolveActionImage(dockerfile, deps, signal)).rejects.toThrow('build failed')
      expect(requests).toHaveLength(2)
    }, fail)
  })

  describe('where images are kept', () => {
    const reference = { registry: 'registry.test:5000', repository: 'k8s-hooks-images/octo/demo', tag: 'until-x' }
    const keeping = (found: string | undefined): ImageCache => ({
      find: () => Promise.resolve({ reference, expiresAt: new Date(0), digest: found })
    })

    it('uses what an earlier job has built', async () => {
      await onBench(async ({ deps, dockerfile, requests, lines }) => {
        const image = await resolveActionImage(dockerfile, { ...deps, imageCache: keeping(digest) }, signal)
        expect(image).toMatchObject({ image: `localhost:30500/${reference.repository}@${digest}`, built: false })
        expect(requests).toEqual([])
        expect(lines).toContain(
          'info: The image was built by an earlier job; it is used again until 1970-01-01T00:00:00.000Z.'
        )
      })
    })

    it('builds what is not there for later jobs, and has no job delete it', async () => {
      await onBench(async ({ deps, dockerfile, requests }) => {
        const image = await resolveActionImage(dockerfile, { ...deps, imageCache: keeping(undefined) }, signal)
        expect(image).toMatchObject({ image: `localhost:30500/${reference.repository}@${digest}`, built: true })
        expect(requests).toMatchObject([{ destination: reference, handle: expect.not.stringContaining('until') }])
        expect(await deps.ledger.entries()).toEqual([])
      })
    })

    it('builds for the job alone what cannot be kept', async () => {
      await onBench(async ({ deps, dockerfile, requests }) => {
        const imageCache = { find: () => Promise.resolve(undefined) }
        await resolveActionImage(dockerfile, { ...deps, imageCache }, signal)
        expect(requests).toHaveLength(1)
        expect(await deps.ledger.entries()).toHaveLength(1)
      })
    })

    it('builds once for steps that ask at the same time, by the text of the Dockerfile', async () => {
      await onBench(async ({ deps, dockerfile, requests }) => {
        const asked: unknown[] = []
        let built: string | undefined
        const imageCache: ImageCache = {
          find: async content => {
            asked.push(content)
            const found = await keeping(built).find(content, signal)
            built = digest
            return found
          }
        }
        await Promise.all([1, 2].map(() => resolveActionImage(dockerfile, { ...deps, imageCache }, signal)))
        expect(requests).toHaveLength(1)
        const content = { key: expect.stringMatching(/^[0-9a-f]{64}$/), dockerfile: 'FROM a\nCOPY --parents x /' }
        expect(asked).toEqual([content, content])
      })
    })
  })

  it('gives the builder the context, the ignored Dockerfile included', async () => {
    await onBench(async ({ deps, dockerfile, requests }) => {
      await resolveActionImage(dockerfile, deps, signal)
      const context = requests[0]?.context
      const tar = context === undefined ? Buffer.alloc(0) : await buffer(context.openTar())
      expect(tar.length).toBe(context?.bytes)
      expect(tar.includes('COPY --parents x /')).toBe(true)
    })
  })

  it('names the variables when no registry is configured, before it looks at anything else', async () => {
    await onBench(async ({ deps }) => {
      const settings = { ...deps.settings, registry: undefined }
      await expect(resolveActionImage('/nowhere', { ...deps, settings }, signal)).rejects.toMatchObject({
        code: 'REGISTRY_NOT_CONFIGURED',
        hint: expect.stringMatching(/_REGISTRY_HOST.*_REGISTRY_PORT.*_REGISTRY_NODE_PORT/)
      })
    })
  })
})
