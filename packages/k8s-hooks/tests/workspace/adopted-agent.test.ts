import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { createAgentLine, type AgentConnection, type AgentLine } from '../../src/workspace/agent-line.ts'
import { runSyncAgent } from '../../src/workspace/sync-agent.ts'
import { createAgentExec, type AgentExec } from './agent-exec.ts'
import { plant, snapshotOf } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal
const opening = 'the agent speaks:'

interface Started extends AgentConnection {
  readonly exitCode: Promise<number>
  readonly hasLeft: () => boolean
}

/** An agent that shares its output with another program. */
function startAgent(stayMs?: number): Started {
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  let hasLeft = false
  const exitCode = runSyncAgent(stdin, stdout, { opening, ...(stayMs === undefined ? {} : { stayMs }) })
  const ended = exitCode.then(code => {
    stdin.destroy()
    stdout.end()
    return { kind: 'exited', exitCode: code } as const
  })
  const leave = (): void => {
    hasLeft = true
    stdin.destroy()
  }
  return { stdin, stdout, ended, leave, exitCode, hasLeft: () => hasLeft }
}

/** What the exec does with the stream: the opening belongs to nobody. */
function behindOpening(connection: Started): Started {
  const stdout = new PassThrough()
  let text = Buffer.alloc(0)
  connection.stdout.on('data', (chunk: Buffer) => {
    if (text.length >= opening.length) stdout.write(chunk)
    else {
      text = Buffer.concat([text, chunk])
      stdout.write(text.subarray(opening.length))
    }
  })
  connection.stdout.on('end', () => stdout.end())
  return { ...connection, stdout }
}

describe('an agent that started beside a step', () => {
  let trees: TwoTrees
  let other: AgentExec
  let line: AgentLine
  beforeEach(() => {
    trees = createTwoTrees()
    other = createAgentExec()
    line = createAgentLine({ exec: other.exec, podName: 'p', container: 'job', command: ['agent'], signal })
  })
  afterEach(() => trees.remove())

  it('serves the pull after it, without another exec', async () => {
    plant(trees.pod, { 'demo/demo/a': 'a' })
    const agent = behindOpening(startAgent())
    line.adopt(agent)

    await trees.another({ line }).pullChanges(signal)
    await line.close()

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(other.calls()).toBe(0)
    expect(agent.hasLeft()).toBe(true)
  })

  it('is replaced when it has gone', async () => {
    plant(trees.pod, { 'demo/demo/a': 'a' })
    const agent = startAgent(0)
    await agent.ended
    line.adopt(agent)

    await trees.another({ line }).pullChanges(signal)
    await line.close()

    expect(snapshotOf(trees.runner)).toEqual(snapshotOf(trees.pod))
    expect(other.calls()).toBe(1)
  })

  it('is not needed where another is there', async () => {
    const agent = startAgent()
    await line.open(signal)

    line.adopt(agent)

    expect(agent.hasLeft()).toBe(true)
    await line.close()
  })

  it('says nothing before it is asked, and ends when that takes too long', async () => {
    const { stdout, exitCode } = startAgent(50)
    expect(await exitCode).toBe(0)
    expect(stdout.read()).toBeNull()
  })

  it('says nothing when it is told what it does not understand', async () => {
    const { stdin, stdout, exitCode } = startAgent()
    stdin.end('no frame at all')
    expect(await exitCode).toBe(1)
    expect(stdout.read()).toBeNull()
  })
})
