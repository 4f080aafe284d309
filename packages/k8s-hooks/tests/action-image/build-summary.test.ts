import { describe, expect, it } from '@jest/globals'
import { buildSummary } from '../../src/action-image/build-summary.ts'

const image = `localhost:30500/k8s-hooks/x@sha256:${'a'.repeat(64)}`

describe('buildSummary', () => {
  it('is a table of what is known of the image', () => {
    const timings = { packMs: 12, startMs: 1500, streamMs: 30, buildMs: 65_000, pushMs: 2000 }
    const built = {
      dockerfile: 'demo/action/Dockerfile',
      image,
      timings,
      description: { layerCount: 3, bytes: 31_400_000 }
    }
    expect(buildSummary(built)).toBe(`### Image of \`demo/action/Dockerfile\`

\`${image}\`

| size | layers | packing | pod | sending | build | push |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| 31.4 MB | 3 | 12 ms | 1.5 s | 30 ms | 65.0 s | 2.0 s |

`)
  })

  it('leaves out what is not known', () => {
    const text = buildSummary({ dockerfile: 'Dockerfile', image, timings: { packMs: 12 }, description: undefined })
    expect(text).toContain('| packing |\n| ---: |\n| 12 ms |\n')
  })

  it('lets no path be more than a path', () => {
    const dockerfile = 'a`<img>\n# b|c/Dockerfile'
    expect(buildSummary({ dockerfile, image, timings: { packMs: 1 }, description: undefined })).toMatch(
      /^### Image of `a\?\?img\?\?# b\?c\/Dockerfile`\n/
    )
  })
})
