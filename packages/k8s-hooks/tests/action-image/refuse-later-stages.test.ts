import { describe, expect, it } from '@jest/globals'
import { lintDockerfile } from '../../src/action-image/lint-dockerfile.ts'

describe('stages that take files of each other', () => {
  it.each([
    { title: 'two in a circle', text: 'FROM x AS a\nCOPY --from=b /f /f\nFROM x AS b\nCOPY --from=a /f /f', line: 2 },
    { title: 'one further down, in capitals', text: 'FROM x AS a\nCOPY --from=B /f /f\nFROM x AS b', line: 2 },
    { title: 'the stage itself', text: 'FROM x AS a\nRUN true\nCOPY --from=a /f /f', line: 3 },
    { title: 'a number that is too high', text: 'FROM x\nFROM x\nCOPY --from=1 /f /f', line: 3 }
  ])('are refused: $title', ({ text, line }) => {
    for (const kind of ['kaniko', 'buildah'] as const)
      expect(() => lintDockerfile(text, { kind, image: '' })).toThrow(
        expect.objectContaining({
          code: 'DOCKERFILE_INVALID',
          message: expect.stringMatching(
            new RegExp(`^Line ${line} of the Dockerfile: --from=\\w+ is the stage itself or one further down\\.$`)
          )
        })
      )
  })

  it.each([
    'FROM x AS a\nFROM x AS b\nCOPY --from=a /f /f\nCOPY --from=0 /f /f',
    'FROM x\nCOPY --from=busybox:1 /f /f',
    'FROM x AS a\nFROM a AS a\nCOPY --from=a /f /f'
  ])('are accepted where the other stands above, or is an image: %j', text => {
    expect(() => lintDockerfile(text, { kind: 'buildah', image: '' })).not.toThrow()
  })
})
