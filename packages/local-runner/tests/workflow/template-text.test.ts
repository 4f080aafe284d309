import { describe, expect, it } from '@jest/globals'
import { parseTemplateText } from '../../src/workflow/template-text.ts'

describe('parseTemplateText', () => {
  it.each([
    { text: 'plain', template: 'plain' },
    { text: '${{ a.b }}', template: { expression: 'a.b' } },
    { text: "${{ '}}' }}", template: { expression: "'}}'" } },
    { text: "it's {${{ a }}}-${{ b }}", template: { expression: "format('it''s {{{0}}}-{1}', a, b)" } },
    { text: ' ${{ a }}', template: { expression: "format(' {0}', a)" } }
  ])('reads $text', ({ text, template }) => {
    expect(parseTemplateText(text)).toEqual(template)
  })

  it('refuses an expression that is not closed', () => {
    expect(() => parseTemplateText('x ${{ a }')).toThrow('The expression is not closed: "${{ a }" has ${{ but no }}.')
  })
})
