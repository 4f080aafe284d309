import type { RegistrySettings } from '../config/settings.ts'

/**
 * Registries as Buildah finds them: https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md
 * Plain http is allowed for the configured registry alone.
 */
export function registriesConf({
  pushHost,
  insecure,
  mirrors
}: Pick<RegistrySettings, 'pushHost' | 'insecure' | 'mirrors'>): string {
  const isInsecure = (location: string): boolean => insecure && location.split('/')[0] === pushHost
  const docker = ['[[registry]]', 'prefix = "docker.io"', 'location = "docker.io"']
  const mirrorTables = mirrors.flatMap(mirror => [
    '[[registry.mirror]]',
    `location = ${JSON.stringify(mirror)}`,
    `insecure = ${isInsecure(mirror)}`
  ])
  const own = ['[[registry]]', `location = ${JSON.stringify(pushHost)}`, 'insecure = true']
  return [
    'unqualified-search-registries = ["docker.io"]',
    'short-name-mode = "permissive"',
    ...(mirrors.length > 0 ? [...docker, ...mirrorTables] : []),
    ...(insecure ? own : []),
    ''
  ].join('\n')
}
