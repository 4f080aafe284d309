import { describe, expect, it } from '@jest/globals'
import { createLayout } from '../../src/job/layout.ts'
import { hookCommand } from '../../src/hook/hook-command.ts'

const layout = createLayout({ root: '/runner', work: '/runner/_work', repository: 'octo/demo', tools: undefined })

describe('hookCommand', () => {
  it.each([
    { wish: undefined, node: 'node20' },
    { wish: 'node24', node: 'node24' },
    { wish: 'node12', node: 'node20' }
  ])('starts a .js hook with the $node that the runner brings, asked for $wish', ({ wish, node }) => {
    const { shell, file, args } = hookCommand('/k8s/index.js', layout, {
      ACTIONS_RUNNER_FORCED_INTERNAL_NODE_VERSION: wish
    })
    expect(shell).toBe(`/runner/externals/${node}/bin/node {0}`)
    expect([file, ...args]).toEqual([`/runner/externals/${node}/bin/node`, '/k8s/index.js'])
  })

  it('starts a .sh hook with bash', () => {
    expect(hookCommand('/k8s/hook.sh', layout, {}).file).toBe('bash')
  })

  it.each(['/k8s/hook.ps1', '/k8s/hook.cjs'])('refuses %s', path => {
    expect(() => hookCommand(path, layout, {})).toThrow(path)
  })
})
