import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import { type AgentAddress, createAgentLine, type AgentLine } from '../../src/workspace/agent-line.ts'
import { markInPod } from '../../src/workspace/mark-in-pod.ts'
import { createAgentExec, type AgentExec } from './agent-exec.ts'
import { plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

describe('a line to the agent', () => {
  let trees: TwoTrees
  beforeEach(() => {
    trees = createTwoTrees()
    plant(trees.runner, { 'demo/f': '1' })
  })
  afterEach(() => trees.remove())

  const addressOf = (exec: Exec, stop: AbortSignal = signal): AgentAddress => ({
    exec,
    podName: 'job-pod',
    container: 'job',
    command: ['agent'],
    stallTimeoutMs: 30_000,
    signal: stop
  })
  const lineOver = (exec: Exec, stop: AbortSignal = signal): AgentLine => createAgentLine(addressOf(exec, stop))
  const pushAndPull = async (line: AgentLine, between: () => unknown): Promise<void> => {
    const sync = trees.another({ line })
    await sync.pushChanges(signal)
    await between()
    plant(trees.pod, { 'demo/g': '2' })
    await sync.pullChanges(signal)
    await line.close()
  }
  const countedExec = (agent: AgentExec): { readonly exec: Exec; readonly running: () => number } => {
    let running = 0
    const exec: Exec = async request => {
      running++
      return await agent.exec(request).finally(() => running--)
    }
    return { exec, running: () => running }
  }

  it('costs one exec for the push before a step and the pull after it', async () => {
    const agent = createAgentExec()
    const { exec, running } = countedExec(agent)

    await pushAndPull(lineOver(exec), () => expect(running()).toBe(1))

    expect(agent.calls()).toBe(1)
    expect(running()).toBe(0)
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('knows that the agent is there by its first word', async () => {
    const agent = createAgentExec()
    const line = lineOver(agent.exec)
    await line.open(signal)
    await pushAndPull(line, () => undefined)
    expect(agent.calls()).toBe(1)
  })

  it('says why there is no agent', async () => {
    const line = lineOver(() => Promise.resolve({ kind: 'broken', reason: 'container not found ("job")' }))
    await expect(line.open(signal)).rejects.toThrow('container not found ("job")')
  })

  it('marks the end of what was sent by a file in the pod', async () => {
    const agent = createAgentExec()
    const line = lineOver(agent.exec)
    await markInPod(line, join(trees.pod, 'marked'), signal)
    await line.close()
    expect(readFileSync(join(trees.pod, 'marked'), 'utf8')).toBe('')
  })

  it('says why a mark could not be made', async () => {
    const line = lineOver(createAgentExec().exec)
    await expect(markInPod(line, join(trees.pod, 'no/such/folder'), signal)).rejects.toThrow('in the pod: ENOENT')
  })

  it('is opened again when the agent has ended because the step took long', async () => {
    const agent = createAgentExec([], { stayMs: 1 })
    const { exec, running } = countedExec(agent)

    await pushAndPull(lineOver(exec), async () => {
      while (running() > 0) await setTimeout(5)
    })

    expect(agent.calls()).toBe(2)
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('is opened again when it breaks between two syncs or in the second', async () => {
    const whole = createAgentExec()
    await pushAndPull(lineOver(whole.exec), () => undefined)
    trees.remove()
    trees = createTwoTrees()
    plant(trees.runner, { 'demo/f': '1' })
    const agent = createAgentExec([{ afterBytesOut: whole.bytesOut() - 30 }])

    await pushAndPull(lineOver(agent.exec), () => undefined)

    expect(agent.calls()).toBe(2)
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('tells the agent between two syncs that the runner is still there', async () => {
    const agent = createAgentExec([], { stallTimeoutMs: 200 })
    const { exec, running } = countedExec(agent)
    const line = createAgentLine({ ...addressOf(exec), beatMs: 20 })

    await pushAndPull(line, async () => {
      await setTimeout(600)
      expect(running()).toBe(1)
    })

    expect(agent.calls()).toBe(1)
    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
  })

  it('leaves no agent behind that the runner no longer speaks to, although the connection seems to live', async () => {
    const agent = createAgentExec([], { stallTimeoutMs: 200 })
    const { exec, running } = countedExec(agent)
    const line = createAgentLine({ ...addressOf(exec), beatMs: 60_000 })

    await line.open(signal)
    while (running() > 0) await setTimeout(5)

    await pushAndPull(line, () => undefined)
    expect(agent.calls()).toBe(2)
  })

  it('takes what stands on stderr for no failure', async () => {
    const agent = createAgentExec()
    const noisy: Exec = async request => {
      request.stderr?.write('tar: file changed as we read it\nproxy: a notice\n')
      return await agent.exec(request)
    }

    await pushAndPull(lineOver(noisy), () => undefined)

    expect(agent.calls()).toBe(1)
    expect(trees.warnings).toEqual([])
  })

  it('closes without having been used', async () => {
    const line = lineOver(() => Promise.reject(new Error('nobody may call')))

    await expect(line.close()).resolves.toBeUndefined()
  })

  it.each(['the line', 'the talk'])('ends with the reason of the signal of %s', async which => {
    const controller = new AbortController()
    const stop = { 'the line': signal, 'the talk': signal, [which]: controller.signal }
    const line = lineOver(createAgentExec().exec, stop['the line'])

    const talking = line.talk(stop['the talk'], async ({ reader }) => {
      controller.abort(new Error('cancelled by SIGINT'))
      await reader.next()
    })

    await expect(talking).rejects.toThrow('cancelled by SIGINT')
    await line.close()
  })
})
