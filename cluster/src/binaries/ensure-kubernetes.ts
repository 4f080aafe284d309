import { mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cache, cacheEntryPath, ensureCacheEntry } from '../cache/ensure-cache-entry.ts'
import type { Host } from '../host/host.ts'
import { buildArguments, type KubernetesModule } from './kubernetes-module.ts'

/** 3.2 GB of compiled packages, 0.5 GB of programs, and what the linker writes. */
const neededGb = 6

/** A compile cache of our own: it is deleted after the build, the user's must not be. */
function goBuildCache(cacheDir: string): string {
  return join(cacheDir, 'go-build')
}

/** Directory with Kubernetes' programs and CoreDNS; built from source, once, when it is not in the cache. */
export async function ensureKubernetes(host: Host, cache: Cache, module: KubernetesModule): Promise<string> {
  const entry = { what: 'kubernetes', inputs: await inputsOf(host, module) }
  return await ensureCacheEntry(cache, {
    ...entry,
    build: async target => {
      await checkSpace(cache.cacheDir)
      host.progress.say(
        `Kubernetes ${module.version} and CoreDNS are built from source, once: 4 to 7 minutes on 2 cores`
      )
      const temporary = join(target, 'tmp')
      const goCache = goBuildCache(cache.cacheDir)
      await mkdir(temporary)
      await host.progress.stage('Kubernetes built', async detail => {
        await host.run('go', buildArguments(module, target), {
          cwd: module.directory,
          env: { CGO_ENABLED: '0', GOCACHE: goCache, GOTMPDIR: temporary, GOFLAGS: '-mod=readonly' },
          onErrorLine: countPackages(detail)
        })
        // Nothing needs the compiled packages again until the versions change, and then most of them change too.
        for (const path of [temporary, goCache]) await rm(path, { recursive: true, force: true })
      })
    }
  })
}

function countPackages(detail: (text: string) => void): (line: string) => void {
  let packages = 0
  return line => {
    if (!line.startsWith('go: ')) packages++
    detail(packages === 0 ? line : `${packages} packages compiled, ${line}`)
  }
}

/** @throws Error when the build would fill the disk */
async function checkSpace(cacheDir: string): Promise<void> {
  const { bavail, bsize } = await statfs(cacheDir)
  const freeGb = (bavail * bsize) / 1e9
  if (freeGb < neededGb) {
    throw new Error(
      `Building Kubernetes needs ${neededGb} GB below ${cacheDir}, ${freeGb.toFixed(1)} GB are free; K8S_HOOKS_CACHE moves it.`
    )
  }
}

/** Identifies the binaries without building them. */
export async function kubernetesKey(host: Host, module: KubernetesModule): Promise<string> {
  return cacheEntryPath('', { what: 'kubernetes', inputs: await inputsOf(host, module) }).slice(1)
}

async function inputsOf(host: Host, module: KubernetesModule): Promise<Readonly<Record<string, string>>> {
  const goVersion = await host.run('go', ['env', 'GOVERSION'], { cwd: module.directory }).catch((cause: unknown) => {
    throw new Error('Go 1.25 or newer is needed to build Kubernetes and is not on the PATH: https://go.dev/dl/', {
      cause
    })
  })
  return { sources: module.sources, arguments: JSON.stringify(buildArguments(module, '')), go: goVersion.trim() }
}
