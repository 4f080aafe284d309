import type { RegistrySettings } from '../config/settings.ts'
import { buildkitPaths } from './buildkit-script.ts'

/**
 * The daemon's configuration: https://github.com/moby/buildkit/blob/master/docs/buildkitd.toml.md
 * Plain http and the certificate authority are for the configured registry alone.
 */
export function buildkitdToml({
  pushHost,
  insecure,
  caSecretName,
  mirrors
}: Pick<RegistrySettings, 'pushHost' | 'insecure' | 'caSecretName' | 'mirrors'>): string {
  const own = [
    ...(insecure ? ['http = true'] : []),
    ...(caSecretName === undefined ? [] : [`ca = [${JSON.stringify(`${buildkitPaths.ca}/ca.crt`)}]`])
  ]
  const table = (host: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`[registry.${JSON.stringify(host)}]`, ...lines]
  return [
    '[worker.containerd]',
    'enabled = false',
    ...table('docker.io', mirrors.length === 0 ? [] : [`mirrors = ${JSON.stringify(mirrors)}`]),
    ...table(pushHost, own),
    ''
  ].join('\n')
}
