import { describe, expect, it } from '@jest/globals'
import { readBuildahLine } from '../../src/builder/buildah-log.ts'

describe('readBuildahLine', () => {
  it.each([
    { line: 'STEP 1/3: FROM debian', event: { kind: 'step', text: 'FROM debian' } },
    { line: '[2/2] STEP 3/7: RUN make', event: { kind: 'step', text: 'RUN make' } },
    { line: 'STEP 6/7: LABEL "k8s-hooks.build"="x"', event: { kind: 'noise' } },
    { line: 'STEP 6/7: LABEL "mine"="x"', event: { kind: 'step', text: 'LABEL "mine"="x"' } },
    { line: 'Copying blob sha256:e024', event: { kind: 'noise' } },
    { line: 'Copying files', event: { kind: 'output', text: 'Copying files' } },
    { line: 'k8s-hooks: push', event: { kind: 'push', text: 'Pushing the image' } },
    {
      line: 'Error: building at STEP "RUN x": exit status 3',
      event: { kind: 'error', text: 'Error: building at STEP "RUN x": exit status 3', thenUsage: false }
    },
    { line: 'subprocess exited with status 3', event: { kind: 'noise' } },
    { line: '  STEP 1/3: of a recipe', event: { kind: 'output', text: '  STEP 1/3: of a recipe' } }
  ])('reads $line', ({ line, event }) => {
    expect(readBuildahLine(line)).toEqual(event)
  })
})
