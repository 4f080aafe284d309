import { describe, expect, it } from '@jest/globals'
import { cacheScopeOf } from '../../src/action-image/cache-scope.ts'

describe('cacheScopeOf', () => {
  it.each([
    { repository: 'Octo/Demo.App_1', eventName: 'push', scope: 'octo/demo.app_1' },
    { repository: 'octo/demo', eventName: undefined, scope: 'octo/demo' },
    { repository: 'octo/demo', eventName: 'pull_request', scope: 'octo/demo/pull-requests' },
    { repository: 'octo/demo', eventName: 'pull_request_review', scope: 'octo/demo/pull-requests' },
    { repository: 'octo/demo', eventName: 'pull_request_target', scope: 'octo/demo' },
    { repository: 'octo/.github', eventName: 'push', scope: expect.stringMatching(/^octo\/github-[0-9a-f]{8}$/) },
    { repository: 'octo/-', eventName: 'push', scope: expect.stringMatching(/^octo\/[0-9a-f]{8}$/) },
    { repository: undefined, eventName: 'push', scope: undefined },
    { repository: '', eventName: 'push', scope: undefined }
  ])('gives $repository on $eventName a scope of its own', ({ scope, ...facts }) => {
    expect(cacheScopeOf(facts)).toEqual(scope)
  })

  it('keeps names apart that differ only in what names of images lack', () => {
    const scopes = ['octo/a--', 'octo/a', 'octo/-a', 'octo/a.-b', 'octo/a-b'].map(repository =>
      cacheScopeOf({ repository, eventName: 'push' })
    )
    expect(new Set(scopes).size).toBe(5)
  })
})
