import { describe, expect, it } from '@jest/globals'
import { parseManifest } from '../../src/actions/parse-manifest.ts'

const parse = (content: string): ReturnType<typeof parseManifest> => parseManifest('/a/action.yml', content, '/a')

describe('parseManifest', () => {
  it('reads inputs with their defaults in order', () => {
    const { inputs } = parse(`
inputs:
  z: { default: true }
  a: { required: true, deprecationMessage: gone }
  n: { default: "\${{ github.token }}" }
runs: { using: node20, main: index.js }`)
    expect(inputs).toEqual([
      { name: 'z', default: true, deprecationMessage: undefined },
      { name: 'a', default: '', deprecationMessage: 'gone' },
      { name: 'n', default: { expression: 'github.token' }, deprecationMessage: undefined }
    ])
  })

  it('gives pre and post the condition always()', () => {
    expect(parse('runs: { using: node24, main: m.js, pre: p.js, post-if: success() }').runs).toEqual({
      kind: 'javascript',
      node: 'node24',
      main: 'm.js',
      pre: 'p.js',
      preIf: 'always()',
      post: undefined,
      postIf: 'success()'
    })
  })

  it('tells no arguments from an empty list of them', () => {
    expect(parse('runs: { using: docker, image: Dockerfile }').runs).toMatchObject({ args: undefined })
    expect(parse('runs: { using: Docker, image: Dockerfile, args: [] }').runs).toMatchObject({ args: [] })
  })

  it.each([
    { content: 'name: x', says: "Top level 'runs:' section is required" },
    { content: 'runs: { using: rust }', says: "'using: rust' is not supported" },
    { content: 'runs: { using: node18, main: a }', says: "'using: node18' is not supported" },
    { content: 'runs: { using: node20 }', says: 'there is not an entry JavaScript file' },
    { content: 'runs: { using: docker }', says: 'an image is not provided' },
    { content: 'runs: { using: docker, image: Dockerfile, args: text }', says: 'runs.args must be a list.' },
    { content: 'runs: [', says: 'Fail to load /a/action.yml' },
    { content: 'runs: { using: composite, steps: [{ name: x }] }', says: "exactly one of 'run' and 'uses'" },
    {
      content: 'runs: { using: composite, steps: [{ run: a, shell: sh, colour: red }] }',
      says: "'colour' is not supported"
    }
  ])('refuses $content', ({ content, says }) => {
    expect(() => parse(content)).toThrow(says)
  })
})
