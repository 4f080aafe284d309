import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { plant } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

describe("what a container's user may not read", () => {
  let trees: TwoTrees
  const isRoot = process.geteuid?.() === 0
  const nobody = 65_534
  beforeEach(() => {
    // Root reads everything; the agent of a container that does not run as root does not.
    if (isRoot) process.seteuid?.(nobody)
    trees = createTwoTrees()
  })
  afterEach(() => {
    chmodSync(join(trees.pod, 'demo/closed'), 0o755)
    trees.remove()
    if (isRoot) process.seteuid?.(0)
  })

  it('is left out with a warning, and what the runner has of it stays', async () => {
    plant(trees.runner, { 'demo/closed/known': '1', 'demo/secret': '1' })
    await trees.sync.pushChanges(signal)
    plant(trees.pod, { 'demo/secret': 'changed', 'demo/new': { text: 'secret', mode: 0 }, 'demo/open': '1' })
    chmodSync(join(trees.pod, 'demo/secret'), 0)
    chmodSync(join(trees.pod, 'demo/closed'), 0)

    const report = await trees.sync.pullChanges(signal)

    expect(report).toMatchObject({ deleted: 0 })
    expect(trees.warnings).toEqual([
      expect.stringMatching(/\/demo\/closed cannot be read; what is in it is left as it is\.$/),
      expect.stringMatching(/^demo\/(secret|new) cannot be read and was not copied\.$/),
      expect.stringMatching(/^demo\/(secret|new) cannot be read and was not copied\.$/)
    ])
    const there = ['demo/closed/known', 'demo/secret', 'demo/open', 'demo/new'].map(path =>
      existsSync(join(trees.runner, path))
    )
    expect(there).toEqual([true, true, true, false])
  })

  it('is named when the runner wants to change it', async () => {
    mkdirSync(join(trees.pod, 'demo/closed'), { recursive: true })
    chmodSync(join(trees.pod, 'demo/closed'), 0o555)
    plant(trees.runner, { 'demo/f': '1' })
    await trees.sync.pushChanges(signal)
    plant(trees.runner, { 'demo/closed/f': '1' })
    chmodSync(join(trees.runner, 'demo/closed'), 0o555)

    await expect(trees.sync.pushChanges(signal)).rejects.toMatchObject({
      code: 'WORKSPACE_SYNC_FAILED',
      message: expect.stringMatching(/into pod job-pod.*EACCES.*demo\/closed\/f/),
      hint: expect.stringContaining('may not write there')
    })
    chmodSync(join(trees.runner, 'demo/closed'), 0o755)
  })
})
