import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import nock from 'nock'
import { createLedger } from '../../src/action-image/ledger.ts'
import { deleteImages } from '../../src/hooks/delete-images.ts'
import { ledgerFolder } from '../../src/hooks/ledger-folder.ts'
import { hookCall, neverAborted, type HookCall } from './hook-call.ts'

const registry = {
  ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_HOST: 'registry.test:5000',
  ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_NODE_PORT: '30500'
}
const all = { choose: 'all', buildersGone: Promise.resolve() } as const
const handle = '01234567-89ab-4cde-8fab-0123456789ab'
const digest = `sha256:${'a'.repeat(64)}`

let call: HookCall
afterEach(async () => {
  nock.cleanAll()
  await call.remove()
})
afterAll(() => nock.restore())

async function callWithImage(env: Readonly<Record<string, string>> = {}, secrets = {}): Promise<HookCall> {
  call = await hookCall({ secrets }, { ...registry, ...env })
  await createLedger(ledgerFolder(call.context)).finish({ handle, key: 'k', digest })
  return call
}

describe('deleting temporary images', () => {
  it('asks nobody when there is no registry', async () => {
    call = await hookCall()
    await deleteImages(call.context, all, neverAborted)
    expect(call.lines).toEqual([])
  })

  it('asks nobody when nothing was built', async () => {
    call = await hookCall({}, { ...registry, ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME: 'push' })
    await deleteImages(call.context, all, neverAborted)
    expect(call.lines).toEqual([])
  })

  it('deletes what the ledger knows, and forgets it', async () => {
    const { context, lines } = await callWithImage()
    const server = nock('http://registry.test:5000')
      .delete(/\/manifests\//)
      .reply(202)
    await deleteImages(context, all, neverAborted)
    expect([server.isDone(), lines, await createLedger(ledgerFolder(context)).entries()]).toEqual([true, [], []])
  })

  it('gives a notice when the Secret is missing', async () => {
    const env = { ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME: 'push' }
    const { context, lines } = await callWithImage(env, { get: () => Promise.resolve(undefined) })
    await deleteImages(context, all, neverAborted)
    expect(lines).toEqual([expect.stringMatching(/^notice: Temporary images stay in the registry: .*push/)])
  })

  it('gives a notice for an error of any other kind', async () => {
    const env = { ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME: 'push' }
    const error = new AggregateError([new Error('connect ECONNREFUSED')])
    const { context, lines } = await callWithImage(env, { get: () => Promise.reject(error) })
    await deleteImages(context, all, neverAborted)
    expect(lines).toEqual(['notice: Temporary images stay in the registry: connect ECONNREFUSED'])
  })

  it('gives one notice in a job, although two of its hooks cannot delete', async () => {
    const env = { ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME: 'push' }
    const { context, lines } = await callWithImage(env, { get: () => Promise.resolve(undefined) })
    await deleteImages(context, { choose: 'unused' }, neverAborted)
    await deleteImages(context, all, neverAborted)
    expect(lines).toHaveLength(1)
  })

  it('gives a notice when its time is up', async () => {
    const { context, lines } = await callWithImage()
    await deleteImages(context, all, AbortSignal.abort(new Error('cancelled by SIGINT')))
    expect(lines).toEqual(['notice: Temporary images stay in the registry: cancelled by SIGINT'])
  })
})
