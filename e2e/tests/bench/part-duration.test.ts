import { describe, expect, it } from '@jest/globals'
import type { ApiRequest } from '../../src/bench/audit-log.ts'
import { partDurationOf } from '../../src/bench/part-duration.ts'
import type { Sample } from '../../src/bench/plan.ts'

const pods = '/api/v1/namespaces/ci/pods'
const request = (receivedMs: number, verb: string, uri: string): ApiRequest => ({ receivedMs, verb, uri })
const call: Sample = {
  subject: 'cold build',
  startedMs: 1000,
  endedMs: 9000,
  stages: { pack: 20, 'start build': 700, stream: 80 }
}

/** A step with a Dockerfile: builder, context, builder gone, then the step itself. */
const requests = [
  request(1100, 'get', `${pods}/runner`),
  request(1200, 'create', '/apis/batch/v1/namespaces/ci/jobs'),
  request(2000, 'create', `${pods}/runner-build/exec?command=sh&stdin=true`),
  request(5000, 'delete', '/apis/batch/v1/namespaces/ci/jobs/runner-build'),
  request(5100, 'create', '/api/v1/namespaces/ci/secrets'),
  request(5200, 'create', `${pods}?fieldManager=hook`),
  request(6000, 'create', `${pods}/runner-step/exec?command=sh`)
]

describe('the part of a hook call that is set beside a limit', () => {
  it('begins with the process and ends with the first request', () => {
    expect(partDurationOf('start', call, requests)).toBe(100)
  })

  it('until there is an image: ends with the creation of the last pod or Job, and no exec is one', () => {
    expect(partDurationOf('image', call, requests)).toBe(4200)
    expect(partDurationOf('image', call, requests.slice(0, 3))).toBe(200)
  })

  it('of a context is reading and sending, by the hook that measured it', () => {
    expect(partDurationOf('context', call, requests)).toBe(100)
  })

  it('is the whole call', () => {
    expect(partDurationOf('whole', call, requests)).toBe(8000)
  })

  it.each(['start', 'image'] as const)('is not a number where the call did not get to it: %s', part => {
    expect(partDurationOf(part, call, [])).toBeNaN()
  })

  it('is not a number where the hook has said nothing', () => {
    expect(partDurationOf('context', { ...call, stages: { pack: 20 } }, requests)).toBeNaN()
  })
})
