import type { HookError } from '@k8s-hooks/hooklib'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import { areToolsOf, bringAgent, type BringAgentOptions } from '../../src/workspace/bring-agent.ts'
import { readOnePiece } from './agent-exec.ts'
import { createRecordingLogger } from './recording-logger.ts'
import { createShellExec, type ShellExec } from './shell-exec.ts'
import { plant } from './tree-snapshot.ts'

const signal = new AbortController().signal

/** Stands for Node in the pod: it can say how long a file is, as the real one is asked to. */
const nodeThatRuns = '#!/bin/sh\nPATH=/usr/bin:/bin\nexec wc -c <"$3"\n'
const nodeThatDoesNot = '#!/no/such/loader\n'

const agentFilesIn = (base: string): readonly string[] =>
  readdirSync(join(base, 'pod/__e/.k8s-hooks')).filter(name => /^sync-agent-[0-9a-f]{12}\.js$/.test(name))

const agentFileIn = (base: string): string => agentFilesIn(base)[0] ?? 'none'

describe('bringAgent', () => {
  let base: string
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'bring-agent-'))
  })
  afterEach(() => rmSync(base, { recursive: true, force: true }))

  const plantNode = (version: string, text: string): void =>
    plant(base, { [`runner/externals/${version}/bin/node`]: { text, mode: 0o755 } })
  const recorder = createRecordingLogger()
  const optionsWith = (exec: Exec, program = 'the agent'): BringAgentOptions => ({
    exec,
    podName: 'job-pod',
    container: 'job',
    logger: recorder.logger,
    runnerExternals: join(base, 'runner/externals'),
    ownNode: 'node20',
    podExternals: join(base, 'pod/__e'),
    program,
    podAgentDir: join(base, 'pod/__e/.k8s-hooks')
  })
  /** A pod whose PATH has these programs and no other. */
  const podWith = (programs: readonly string[]): ShellExec => {
    const path = join(base, 'bin')
    mkdirSync(path)
    for (const program of programs)
      symlinkSync(['/bin', '/usr/bin'].map(dir => join(dir, program)).find(existsSync) ?? '', join(path, program))
    return createShellExec({ path })
  }

  it('brings Node and the agent, and gives the command that starts the agent', async () => {
    plantNode('node20', nodeThatRuns)

    const tools = await bringAgent(optionsWith(createShellExec().exec), signal)

    const node = join(base, 'pod/__e/node20/bin/node')
    const agent = join(base, 'pod/__e/.k8s-hooks', agentFileIn(base))
    expect(readFileSync(node, 'utf8')).toBe(nodeThatRuns)
    expect(readFileSync(agent, 'utf8')).toBe('the agent')
    expect(tools).toEqual({
      kind: 'agent',
      command: ['sh', '-c', expect.stringContaining('exec'), node, agent, expect.any(String)],
      mountedVersions: []
    })
    expect(recorder.warnings).toEqual([])
  })

  it('brings the Node that runs the hook, also where a later runner has another', async () => {
    plantNode('node24', nodeThatRuns)
    plantNode('node20', nodeThatDoesNot)

    const tools = await bringAgent({ ...optionsWith(createShellExec().exec), ownNode: 'node24' }, signal)

    expect(tools).toMatchObject({ command: expect.arrayContaining([join(base, 'pod/__e/node24/bin/node')]) })
  })

  it('brings a real Node that runs', async () => {
    mkdirSync(join(base, 'runner/externals/node20/bin'), { recursive: true })
    copyFileSync(process.execPath, join(base, 'runner/externals/node20/bin/node'))
    const program = 'console.log(process.argv.slice(2).join(), process.env.NODE_OPTIONS)'
    const { exec } = createShellExec({ env: { NODE_OPTIONS: '--require /no/such/file' } })

    const tools = await bringAgent(optionsWith(exec, program), signal)

    const said: string[] = []
    const { PassThrough } = await import('node:stream')
    const stdout = new PassThrough().on('data', (chunk: Buffer) => said.push(chunk.toString()))
    const command = tools.kind === 'agent' ? tools.command : []
    await exec({ podName: 'job-pod', container: 'job', command, stdout, signal })
    expect(said.join('')).toMatch(/^[-0-9a-f]{36} undefined\n$/)
  })

  describe('where the operator has mounted Node', () => {
    /** A pod that has these mounts. */
    const podWithMounts = (mounts: readonly string[]): Exec => {
      const table = join(base, 'mountinfo')
      const line = (place: string): string => `31 23 0:27 / ${join(base, 'pod', place)} ro,relatime - tmpfs tmpfs ro\n`
      writeFileSync(table, mounts.map(line).join(''))
      const { exec } = createShellExec({ env: { NODE_OPTIONS: '--require /no/such/file' } })
      return request =>
        exec({ ...request, command: request.command.map(word => word.replaceAll('/proc/self/mountinfo', table)) })
    }
    const plantMounted = (version: string): void => {
      const folder = join(base, 'pod/__e', version, 'bin')
      mkdirSync(folder, { recursive: true })
      symlinkSync(process.execPath, join(folder, 'node'))
    }

    it('uses it as it is, and remembers which versions there are', async () => {
      plantNode('node20', nodeThatRuns)
      for (const version of ['node20', 'node24']) plantMounted(version)

      const tools = await bringAgent(optionsWith(podWithMounts(['__e/node20', '__e/node24', '__e', 'else'])), signal)

      const node = join(base, 'pod/__e/node20/bin/node')
      expect(readlinkSync(node)).toBe(process.execPath)
      expect(tools).toMatchObject({ kind: 'agent', mountedVersions: ['node20', 'node24'] })
      expect(tools).toMatchObject({ command: expect.arrayContaining([node]) })
    })

    it('brings its own where none is mounted that runs, or another version', async () => {
      plantNode('node20', nodeThatRuns)
      plant(base, { 'pod/__e/node16/bin/node': { text: nodeThatDoesNot, mode: 0o755 } })
      plantMounted('node24')

      const tools = await bringAgent(optionsWith(podWithMounts(['__e/node16', '__e/node24'])), signal)

      expect(readFileSync(join(base, 'pod/__e/node20/bin/node'), 'utf8')).toBe(nodeThatRuns)
      expect(tools).toMatchObject({ mountedVersions: ['node24'] })
    })
  })

  it('needs nothing but sh, mkdir, cat, chmod and mv', async () => {
    plantNode('node20', nodeThatRuns)
    const { exec } = podWith(['mkdir', 'cat', 'chmod', 'mv'])

    await expect(bringAgent(optionsWith(exec), signal)).resolves.toMatchObject({ kind: 'agent' })
  })

  it('leaves what is there, by one exec, with the same command', async () => {
    plantNode('node20', nodeThatRuns)
    const { exec, requests } = createShellExec()
    const first = await bringAgent(optionsWith(exec), signal)
    const callsBefore = requests.length

    const second = await bringAgent(optionsWith(exec), signal)

    expect(second).toEqual(first)
    expect(requests.length - callsBefore).toBe(1)
  })

  it('brings the agent of another hook beside it: an upgrade while the job runs', async () => {
    plantNode('node20', nodeThatRuns)
    const { exec } = createShellExec()
    const old = await bringAgent(optionsWith(exec), signal)

    const tools = await bringAgent(optionsWith(exec, 'a newer agent'), signal)

    const texts = agentFilesIn(base).map(file => readFileSync(join(base, 'pod/__e/.k8s-hooks', file), 'utf8'))
    expect(texts.sort()).toEqual(['a newer agent', 'the agent'])
    expect([old, tools].map(each => areToolsOf('a newer agent', each))).toEqual([false, true])
    expect(areToolsOf('a newer agent', { kind: 'tar' })).toBe(true)
  })

  it('takes the build for the other C library when the first does not run', async () => {
    plantNode('node20', nodeThatDoesNot)
    plantNode('node20_alpine', nodeThatRuns)

    const tools = await bringAgent(optionsWith(createShellExec().exec), signal)

    expect(tools).toMatchObject({ command: expect.arrayContaining([join(base, 'pod/__e/node20_alpine/bin/node')]) })
    expect(existsSync(join(base, 'pod/__e/node20/bin/node'))).toBe(false)
  })

  it('falls back to tar with one warning when no Node runs', async () => {
    plantNode('node20', nodeThatDoesNot)
    const { logger, warnings } = createRecordingLogger()

    const tools = await bringAgent({ ...optionsWith(createShellExec().exec), logger }, signal)

    expect(tools).toEqual({ kind: 'tar' })
    expect(warnings).toEqual([
      expect.stringMatching(/^Node does not run in the job's image \(.*not found.*\): whole trees are copied by tar/)
    ])
  })

  it.each([
    { has: ['mkdir', 'cat', 'chmod', 'mv', 'rm', 'rmdir'], missing: 'tar' },
    { has: ['mkdir', 'mv'], missing: 'tar, rm, rmdir, cat' }
  ])('names what the image lacks when tar cannot do it either: $missing', async ({ has, missing }) => {
    plantNode('node20', nodeThatDoesNot)

    const failure = await bringAgent(optionsWith(podWith(has).exec), signal).catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'WORKSPACE_TOOL_MISSING' })
    expect((failure as HookError).message).toBe(`The image of container job in pod job-pod has no ${missing}.`)
  })

  it('says that an image without sh has no sh', async () => {
    const reason = 'OCI runtime exec failed: exec: "sh": executable file not found in $PATH'

    await expect(
      bringAgent(
        optionsWith(() => Promise.resolve({ kind: 'broken', reason })),
        signal
      )
    ).rejects.toMatchObject({
      code: 'WORKSPACE_TOOL_MISSING',
      message: 'The image of container job in pod job-pod has no sh.'
    })
  })

  it('begins again after the connection broke, and leaves no half file', async () => {
    plantNode('node20', nodeThatRuns + '#'.repeat(1_000_000))
    const { exec, requests } = createShellExec({ breakCall: { number: 1, afterBytesIn: 300_000 } })

    const tools = await bringAgent(optionsWith(exec), signal)

    expect(tools.kind).toBe('agent')
    expect(requests.length).toBe(5)
    expect(readFileSync(join(base, 'pod/__e/node20/bin/node')).length).toBe(nodeThatRuns.length + 1_000_000)
  })

  it('begins again when the reader of our stream gives up', async () => {
    plantNode('node20', nodeThatRuns + '#'.repeat(1_000_000))
    const shell = createShellExec()
    let isFirst = true
    const exec: Exec = async request => {
      if (request.stdin === undefined || !isFirst) return await shell.exec(request)
      isFirst = false
      await readOnePiece(request)
      return { kind: 'broken', reason: 'connection reset' }
    }

    await expect(bringAgent(optionsWith(exec), signal)).resolves.toMatchObject({ kind: 'agent' })
  })

  it("fails when the pod cannot write, in the pod's words", async () => {
    plantNode('node20', nodeThatRuns)
    plant(base, { 'pod/__e': 'a file' })

    await expect(bringAgent(optionsWith(createShellExec().exec), signal)).rejects.toMatchObject({
      code: 'WORKSPACE_SYNC_FAILED',
      message: expect.stringMatching(/__e.*(Not a directory|exists)/)
    })
  })
})
