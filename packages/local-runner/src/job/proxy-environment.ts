const forms = [
  ['HTTP_PROXY', 'http_proxy'],
  ['HTTPS_PROXY', 'https_proxy'],
  ['NO_PROXY', 'no_proxy']
] as const

/** The runner's proxy settings for a container, each in both spellings; the small one is read first (1.3, 1.4). */
export function proxyEnvironment(
  env: Readonly<Record<string, string>>
): readonly (readonly [name: string, value: string])[] {
  return forms.flatMap(([upper, lower]) => {
    const value = env[lower] ?? env[upper] ?? ''
    return value === '' ? [] : [[upper, value] as const, [lower, value] as const]
  })
}
