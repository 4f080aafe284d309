import { rm, writeFile } from 'node:fs/promises'
import { pathExists } from '../support/path-exists.ts'
import type { Host } from './host.ts'

/** Debian packages that the cluster is made of, each with a file that it brings: what is there already, from wherever, is left alone. */
const fileOf: Readonly<Record<string, string>> = {
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'etcd-server': '/usr/bin/etcd',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: '/usr/sbin/iptables',
  conntrack: '/usr/sbin/conntrack',
  iproute2: '/usr/bin/ip',
  procps: '/usr/sbin/sysctl',
  openssl: '/usr/bin/openssl',
  curl: '/usr/bin/curl',
  'busybox-static': '/usr/share/doc/busybox-static',
  'docker-registry': '/usr/bin/docker-registry',
  skopeo: '/usr/bin/skopeo',
  mmdebstrap: '/usr/bin/mmdebstrap',
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdlib.h'
}

/** A package that brings a service starts it unless this program refuses. */
const servicePolicy = '/usr/sbin/policy-rc.d'

/** Installs the packages that are missing, and only those. */
export async function ensureDebianPackages({ run, progress }: Pick<Host, 'run' | 'progress'>): Promise<void> {
  const missing: string[] = []
  for (const [name, path] of Object.entries(fileOf)) if (!(await pathExists(path))) missing.push(name)
  if (missing.length === 0) return
  await progress.stage(`Debian packages installed: ${missing.join(' ')}`, async detail => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    detail('apt-get update')
    await run('apt-get', ['update', '-qq'], { env })
    detail('apt-get install')
    await withoutServices(async () => {
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env })
    })
  })
}

async function withoutServices(install: () => Promise<void>): Promise<void> {
  if (await pathExists(servicePolicy)) {
    await install()
    return
  }
  await writeFile(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await install()
  } finally {
    await rm(servicePolicy, { force: true })
  }
}
