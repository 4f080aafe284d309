import { describe, expect, it } from '@jest/globals'
import { evaluateCondition } from '../../src/expressions/evaluate-condition.ts'
import { evaluateExpression } from '../../src/expressions/evaluate-expression.ts'
import type { ExpressionScope } from '../../src/expressions/expression-scope.ts'
import { resolveMinutes, resolveText } from '../../src/expressions/resolve-template.ts'
import { statusFunctions, type JobStatus } from '../../src/expressions/status-functions.ts'

const scopeOf = (job: JobStatus = 'success', action?: JobStatus): ExpressionScope => ({
  contexts: {
    github: { Ref: 'main', event: { list: [1, 2] } },
    env: new Map([['NAME', 'value']]),
    empty: null
  },
  functions: statusFunctions({ job: () => job, action: action === undefined ? undefined : () => action })
})

describe('evaluateExpression', () => {
  it.each([
    { expression: 'github.ref', value: 'main' },
    { expression: 'GITHUB.REF', value: 'main' },
    { expression: 'env.NAME', value: 'value' },
    { expression: 'env.name', value: null },
    { expression: 'github.event.list[1]', value: 2 },
    { expression: 'github.nothing.at.all', value: null },
    { expression: "format('{0}-{1}', env.NAME, 1.50)", value: 'value-1.5' },
    { expression: 'fromJSON(\'{"a": [true]}\').a[0]', value: true },
    { expression: 'toJSON(env)', value: '{\n  "NAME": "value"\n}' },
    { expression: 'join(github.event.list)', value: '1,2' },
    { expression: 'success()', value: true }
  ])('$expression', ({ expression, value }) => {
    expect(evaluateExpression(expression, scopeOf())).toEqual(value)
  })

  it.each([
    { expression: 'secrets.X', says: "'secrets.X' cannot be evaluated: Unrecognized named-value: 'secrets'" },
    { expression: 'a b', says: "'a b' cannot be evaluated" },
    { expression: 'nothing()', says: 'Unrecognized function' }
  ])('refuses $expression', ({ expression, says }) => {
    expect(() => evaluateExpression(expression, scopeOf())).toThrow(says)
  })
})

describe('evaluateCondition', () => {
  it.each([
    { condition: undefined, job: 'success', runs: true },
    { condition: undefined, job: 'failure', runs: false },
    { condition: "github.ref == 'main'", job: 'failure', runs: false },
    { condition: "contains('always()', 'a')", job: 'failure', runs: false },
    { condition: 'always()', job: 'cancelled', runs: true },
    { condition: '!cancelled()', job: 'failure', runs: true },
    { condition: 'Failure()', job: 'failure', runs: true },
    { condition: 'cancelled()', job: 'cancelled', runs: true },
    { condition: "''", job: 'success', runs: false }
  ] as const)('$condition in a job in $job: $runs', ({ condition, job, runs }) => {
    expect(evaluateCondition(condition, scopeOf(job))).toBe(runs)
  })

  it('asks the composite action inside one, and the job whether it is cancelled', () => {
    expect(evaluateCondition('success()', scopeOf('failure', 'success'))).toBe(true)
    expect(evaluateCondition('failure()', scopeOf('failure', 'success'))).toBe(false)
    expect(evaluateCondition('cancelled()', scopeOf('cancelled', 'success'))).toBe(true)
  })
})

describe('resolving templates', () => {
  it.each([
    { template: null, text: '' },
    { template: true, text: 'true' },
    { template: 1.5, text: '1.5' },
    { template: { expression: 'empty' }, text: '' }
  ])('$template is the text "$text"', ({ template, text }) => {
    expect(resolveText(template, scopeOf())).toBe(text)
  })

  it('refuses a list where text is expected', () => {
    expect(() => resolveText({ expression: 'github.event.list' }, scopeOf())).toThrow('A sequence was not expected')
  })

  it.each([
    { template: undefined, minutes: 0 },
    { template: 1.9, minutes: 1 },
    { template: { expression: 'github.event.list[1]' }, minutes: 2 }
  ])('timeout-minutes $template is $minutes', ({ template, minutes }) => {
    expect(resolveMinutes(template, scopeOf())).toBe(minutes)
  })
})
