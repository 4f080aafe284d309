import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ensureExternals,
  externalsVersionOf,
  type EnsureExternalsOptions
} from '../../src/workspace/ensure-externals.ts'
import { agentTools } from '../../src/workspace/pod-tools.ts'
import { createAgentExec, type AgentExec } from './agent-exec.ts'
import { createRecordingLogger } from './recording-logger.ts'
import { plant, snapshotOf } from './tree-snapshot.ts'

const signal = new AbortController().signal

describe('externalsVersionOf', () => {
  it.each([
    { entryPoint: '/__e/node24/bin/node', version: 'node24' },
    { entryPoint: '/__e/node20_alpine/bin/node', version: 'node20_alpine' },
    { entryPoint: '/__e/../etc/passwd', version: undefined },
    { entryPoint: '/__e', version: undefined },
    { entryPoint: '/usr/bin/node', version: undefined },
    { entryPoint: 'sh', version: undefined }
  ])('reads $version out of $entryPoint', ({ entryPoint, version }) => {
    expect(externalsVersionOf(entryPoint, '/__e')).toBe(version)
  })
})

describe('ensureExternals', () => {
  let base: string
  let agent: AgentExec
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'externals-'))
    agent = createAgentExec()
    for (const version of ['node20', 'node24']) {
      plant(base, {
        [`runner/${version}/bin/node`]: { text: 'elf', mode: 0o755 },
        [`runner/${version}/bin/npm`]: { linkTo: '../lib/npm.js' },
        [`runner/${version}/lib/npm.js`]: 'js'
      })
    }
  })
  afterEach(() => rmSync(base, { recursive: true, force: true }))
  const optionsFor = (instance: string): EnsureExternalsOptions => ({
    exec: agent.exec,
    podName: 'job-pod',
    container: 'job',
    logger: createRecordingLogger().logger,
    tools: agentTools({ node: join(base, 'pod/node20/bin/node'), agent: 'index.js', instance, mountedVersions: [] }),
    runnerExternals: join(base, 'runner'),
    podExternals: join(base, 'pod'),
    stateDir: join(base, 'state'),
    podStateDir: join(base, 'pod-state')
  })

  it('brings a version whole, the first time only', async () => {
    await ensureExternals(optionsFor('1'), 'node24', signal)
    await ensureExternals(optionsFor('1'), 'node24', signal)

    expect(snapshotOf(join(base, 'pod/node24'))).toEqual(snapshotOf(join(base, 'runner/node24')))
    expect(agent.calls()).toBe(1)
  })

  it('brings nothing where the version is mounted', async () => {
    const { tools, ...options } = optionsFor('1')
    const mounted = tools.kind === 'agent' ? { ...tools, mountedVersions: ['node24'] } : tools

    await ensureExternals({ ...options, tools: mounted }, 'node24', signal)

    expect(agent.calls()).toBe(0)
  })

  it('does not send the Node again that runs the agent', async () => {
    await ensureExternals(optionsFor('1'), 'node20', signal)

    expect(Object.keys(snapshotOf(join(base, 'pod/node20')))).toEqual(['bin', 'bin/npm', 'lib', 'lib/npm.js'])
  })

  it('brings it again to another pod of the same name', async () => {
    await ensureExternals(optionsFor('1'), 'node24', signal)
    rmSync(join(base, 'pod'), { recursive: true })
    rmSync(join(base, 'pod-state'), { recursive: true })

    await ensureExternals(optionsFor('2'), 'node24', signal)

    expect(snapshotOf(join(base, 'pod/node24'))).toEqual(snapshotOf(join(base, 'runner/node24')))
  })
})
