import type { Host } from './host.ts'

/** Debian packages that the cluster is made of, each with a program that it brings: a package whose program is there is not asked for. */
const programOf: Readonly<Record<string, string>> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'etcd-server': '/usr/bin/etcd',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: '/usr/sbin/iptables',
  conntrack: '/usr/sbin/conntrack',
  iproute2: '/usr/bin/ip',
  openssl: '/usr/bin/openssl',
  'busybox-static': '/usr/share/doc/busybox-static',
  'docker-registry': '/usr/bin/docker-registry',
  skopeo: '/usr/bin/skopeo',
  mmdebstrap: '/usr/bin/mmdebstrap',
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdlib.h'
}

/** Installs the packages that are missing, and only those. */
export async function ensureDebianPackages(
  { run, progress }: Pick<Host, 'run' | 'progress'>,
  exists: (path: string) => Promise<boolean>
): Promise<void> {
  const missing: string[] = []
  for (const [name, path] of Object.entries(programOf)) if (!(await exists(path))) missing.push(name)
  if (missing.length === 0) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await progress.stage(`install Debian packages ${missing.join(' ')}`, async detail => {
    detail('apt-get update')
    await run('apt-get', ['update', '-qq'], { env })
    detail('apt-get install')
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env })
  })
}
