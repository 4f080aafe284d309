import { describe, expect, it } from '@jest/globals'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { settingDefinitions } from '../../src/config/schema.ts'
import { readRepositoryFile, repositoryRoot } from './read-repository.ts'

const text = readRepositoryFile('docs/parity.md')

interface Row {
  readonly what: string
  readonly tests: readonly string[]
}

/** Rows of all tables; a `|` inside a cell is escaped. */
const rows: readonly Row[] = text
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| ---'))
  .map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|')))
  .filter(cells => cells.at(-2) !== 'test')
  .map(cells => ({ what: cells[1] ?? '', tests: (cells.at(-2) ?? '').split('<br>').filter(cell => cell !== '') }))

describe('docs/parity.md', () => {
  it('has a test in every row', () => {
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter(({ tests }) => tests.length === 0).map(({ what }) => what)).toEqual([])
  })

  it.each(rows.flatMap(({ what, tests }) => tests.map(test => ({ what, test }))))(
    'names tests that exist: $what: $test',
    ({ test }) => {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? []
      expect(existsSync(join(repositoryRoot, file))).toBe(true)
      expect(readRepositoryFile(file).replaceAll("\\'", "'")).toContain(title)
    }
  )

  it.each(
    Object.values(settingDefinitions)
      .filter(({ group }) => group === 'ARC')
      .map(({ name }) => name)
  )('has a row for the setting %s of the official hooks', name => {
    expect(rows.some(({ what }) => what.includes(name))).toBe(true)
  })
})
