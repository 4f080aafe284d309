import { describe, expect, it } from '@jest/globals'
import { renderConfiguration } from '../../scripts/render-configuration.ts'
import { settingDefinitions } from '../../src/config/schema.ts'
import type { SettingDefinition } from '../../src/config/setting-definition.ts'
import { readRepositoryFile } from './read-repository.ts'

describe('docs/configuration.md', () => {
  it('is what `npm run docs` makes of the schema', () => {
    expect(readRepositoryFile('docs/configuration.md')).toBe(renderConfiguration())
  })

  it.each(Object.values(settingDefinitions).map(({ name }) => name))('has one row for %s', name => {
    expect(
      renderConfiguration()
        .split('\n')
        .filter(line => line.startsWith(`| \`${name}\` `))
    ).toHaveLength(1)
  })
})

describe('the rendering of a setting', () => {
  const setting: SettingDefinition = {
    name: 'A_CHOICE',
    group: 'registry',
    type: 'choice',
    choices: ['this', 'that'],
    default: 'that',
    example: 'this',
    meaning: 'This | that.'
  }

  it('shows choices and values as code, and escapes what would end a cell', () => {
    expect(renderConfiguration([setting])).toContain(
      '| `A_CHOICE` | `this`, `that` | `that`  | `this`  | This \\| that. |'
    )
  })

  it('shows a default in words as words', () => {
    expect(renderConfiguration([{ ...setting, default: 'neither' }])).toContain('| neither | `this`  |')
  })
})
