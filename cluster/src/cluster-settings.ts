import { join } from 'node:path'

/** Which cluster on this machine, and where its files are. */
export interface ClusterSettings {
  /** Name of the network namespace and of the cgroup, and part of every name that is seen outside. */
  readonly name: string
  /** Everything of the running cluster; `down` deletes it. */
  readonly stateDir: string
  /** What is built once; `down` keeps it. */
  readonly cacheDir: string
}

/**
 * Settings from the environment: K8S_HOOKS_CLUSTER_NAME, K8S_HOOKS_CLUSTER_DIR, K8S_HOOKS_CACHE.
 * Two clusters run side by side when name and directory differ.
 * @throws Error when a value cannot serve
 */
export function parseClusterSettings(env: Readonly<Record<string, string | undefined>>): ClusterSettings {
  const name = valueOr(env['K8S_HOOKS_CLUSTER_NAME'], 'k8s-hooks')
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    throw new Error(
      `K8S_HOOKS_CLUSTER_NAME must be lower-case letters, digits and dashes, at most 31, but is "${name}".`
    )
  }
  const stateDir = valueOr(env['K8S_HOOKS_CLUSTER_DIR'], `/var/tmp/${name}-cluster`)
  const cacheDir = valueOr(env['K8S_HOOKS_CACHE'], join(valueOr(env['HOME'], '/root'), '.cache/k8s-hooks'))
  for (const [variable, path] of [
    ['K8S_HOOKS_CLUSTER_DIR', stateDir],
    ['K8S_HOOKS_CACHE', cacheDir]
  ] as const) {
    // The paths stand in configuration files and on command lines of foreign programs.
    if (!/^(\/[\w.-]+)+\/?$/.test(path) || path.includes('..')) {
      throw new Error(`${variable} must be an absolute path of letters, digits and ._-/ only, but is "${path}".`)
    }
  }
  // containerd's socket path may have 107 bytes.
  if (stateDir.length > 70) throw new Error(`K8S_HOOKS_CLUSTER_DIR may have at most 70 characters: "${stateDir}".`)
  return { name, stateDir: trimSlash(stateDir), cacheDir: trimSlash(cacheDir) }
}

function valueOr(value: string | undefined, otherwise: string): string {
  return value === undefined || value === '' ? otherwise : value
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
