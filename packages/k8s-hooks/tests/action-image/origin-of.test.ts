import { describe, expect, it } from '@jest/globals'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { originOf } from '../../src/action-image/origin-of.ts'

async function inRoots(use: (one: string, other: string) => Promise<void>): Promise<void> {
  const roots = await Promise.all(['a', 'b'].map(async name => await realpath(await mkdtemp(join(tmpdir(), name)))))
  try {
    await use(roots[0] ?? '', roots[1] ?? '')
  } finally {
    for (const root of roots) await rm(root, { recursive: true })
  }
}

describe('originOf', () => {
  it('is the same wherever the work directory is', async () => {
    await inRoots(async (one, other) => {
      const below = (root: string): { contextRoot: string; dockerfilePath: string } => ({
        contextRoot: join(root, 'demo/action'),
        dockerfilePath: 'Dockerfile'
      })
      const origin = await originOf(below(one), [one])
      expect(origin).toMatch(/^[0-9a-f]{16}$/)
      expect(await originOf(below(other), ['/nowhere', other])).toBe(origin)
    })
  })

  it('tells two Dockerfiles from each other', async () => {
    await inRoots(async root => {
      const origins = ['Dockerfile', 'other.Dockerfile'].map(
        async dockerfilePath => await originOf({ contextRoot: root, dockerfilePath }, [root])
      )
      expect(new Set(await Promise.all(origins)).size).toBe(2)
    })
  })
})
