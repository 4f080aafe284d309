import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The Go module that Kubernetes and CoreDNS are built from, at `cluster/kubernetes`. */
export interface KubernetesModule {
  readonly directory: string
  /** As the go.mod names it, for example "v1.34.4". */
  readonly version: string
  readonly sources: string
}

export async function readKubernetesModule(directory: string): Promise<KubernetesModule> {
  const files = await Promise.all(
    ['go.mod', 'go.sum', 'coredns/main.go'].map(async name => await readFile(join(directory, name), 'utf8'))
  )
  const version = /\bk8s\.io\/kubernetes (v\d+\.\d+\.\d+)/.exec(files[0] ?? '')?.[1]
  if (version === undefined) throw new Error(`${directory}/go.mod names no version of k8s.io/kubernetes.`)
  return { directory, version, sources: createHash('sha256').update(files.join('\0')).digest('hex') }
}

/** Arguments of `go` that build everything into `target`. The same inputs give the same bytes: paths and dates are fixed. */
export function buildArguments({ version }: Pick<KubernetesModule, 'version'>, target: string): readonly string[] {
  const [major = '', minor = ''] = version.slice(1).split('.')
  const facts = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'module',
    buildDate: '2026-01-01T00:00:00Z'
  }
  const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(path =>
    Object.entries(facts).map(([name, value]) => `-X ${path}.${name}=${value}`)
  )
  const linker = ['-s', '-w', ...stamps].join(' ')
  const flags = ['-v', '-trimpath', '-buildvcs=false', '-tags', 'grpcnotrace', '-ldflags', linker]
  return ['build', ...flags, '-o', `${target}/`, 'tool', './coredns']
}
