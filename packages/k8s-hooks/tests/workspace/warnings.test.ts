import { describe, expect, it } from '@jest/globals'
import { createWarnings } from '../../src/workspace/warnings.ts'

describe('createWarnings', () => {
  it('shows each line once, the first ten, and counts the rest', () => {
    const shown: string[] = []
    const warnings = createWarnings({ warning: line => void shown.push(line) })

    for (let i = 0; i < 13; i++) warnings.warn(`file ${i}`)
    warnings.warn('file 0')
    warnings.close()

    expect(shown).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `file ${i}`),
      '3 more warnings of this kind are not shown.'
    ])
  })
})
