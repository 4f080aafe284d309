import { describe, expect, it } from '@jest/globals'
import { createStepLines } from '../../src/builder/step-lines.ts'
import { instructionTexts } from '../../src/action-image/instruction-texts.ts'

const dockerfile = `# syntax=docker/dockerfile:1
FROM debian AS build
RUN make all && \\
    # a comment in between
    make install
COPY a /a
FROM debian
COPY a /a
RUN <<EOF
echo one
EOF
`

describe('createStepLines', () => {
  it('finds the line of what a builder names, whatever blanks and continuations it has', () => {
    const lineOf = createStepLines(instructionTexts(dockerfile))
    const steps = ['FROM debian AS build', 'RUN make all &&     make install', 'RUN <<EOF\necho one\nEOF']
    expect(steps.map(lineOf)).toEqual([2, 3, 9])
  })

  it('finds the line of a FROM whose platform the builder leaves out', () => {
    const texts = [{ line: 3, text: 'FROM --platform=linux/arm64 debian AS build' }]
    expect(createStepLines(texts)('FROM debian AS build')).toBe(3)
    expect(createStepLines(texts)('FROM --platform=linux/arm64 debian AS build')).toBe(3)
  })

  it('takes instructions of the same words in their order', () => {
    const lineOf = createStepLines(instructionTexts(dockerfile))
    expect(['COPY a /a', 'COPY a /a', 'COPY a /a'].map(lineOf)).toEqual([6, 8, undefined])
  })

  it('knows no line of what is not in the Dockerfile', () => {
    expect(createStepLines(instructionTexts(dockerfile))('RUN of a trigger')).toBeUndefined()
  })
})
