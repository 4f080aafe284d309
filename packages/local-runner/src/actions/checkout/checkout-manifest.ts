/** The inputs of actions/checkout v4, so that no `with:` is unexpected. */
const inputs = [
  ['repository', '${{ github.repository }}'],
  ['ref', ''],
  ['token', '${{ github.token }}'],
  ['ssh-key', ''],
  ['ssh-known-hosts', ''],
  ['ssh-strict', 'true'],
  ['ssh-user', 'git'],
  ['persist-credentials', 'true'],
  ['path', ''],
  ['clean', 'true'],
  ['filter', ''],
  ['sparse-checkout', ''],
  ['sparse-checkout-cone-mode', 'true'],
  ['fetch-depth', '1'],
  ['fetch-tags', 'false'],
  ['show-progress', 'true'],
  ['lfs', 'false'],
  ['submodules', 'false'],
  ['set-safe-directory', 'true'],
  ['github-server-url', '']
] as const

export const checkoutManifest = `name: Checkout
description: Stands in for actions/checkout and copies a folder
inputs:
${inputs.map(([name, value]) => `  ${name}: { default: '${value}' }`).join('\n')}
outputs:
  ref: { description: The ref }
  commit: { description: The commit }
runs:
  using: node20
  main: dist/index.js
  post: dist/index.js
`
