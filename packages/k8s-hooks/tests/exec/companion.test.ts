import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { attach, type Attachment } from '../../src/exec/attach.ts'
import { seatFor, type Connection, type Preparation } from '../../src/exec/companion.ts'
import { createStepStreams } from '../../src/exec/step-streams.ts'
import { createSink, localExec } from './local-exec.ts'
import { script } from './pod-commands.ts'
import { shells } from './shells.ts'

/** Answers each line that it is told, and when its input ends. */
const echoing = [
  process.execPath,
  '-e',
  `let opening = process.argv[1]
process.stdin.on('data', text => { process.stdout.write(opening + 'heard ' + text); opening = '' })
process.stdin.on('end', () => process.stdout.write('bye'))`
]

describe.each(shells)('a companion of a command in $name', shell => {
  let runFolder: string
  beforeEach(async () => {
    runFolder = await mkdtemp(join(tmpdir(), 'companion-'))
  })
  afterEach(() => rm(runFolder, { recursive: true, force: true, maxRetries: 5 }))

  const said = async (connection: Connection | undefined): Promise<string | undefined> =>
    connection && (await text(connection.stdout))

  interface Meeting {
    readonly attachment: Attachment
    readonly output: string
    readonly connection: Connection | undefined
  }

  async function run(
    command: string,
    argv: readonly string[] = echoing,
    cuts: readonly number[] = []
  ): Promise<Meeting> {
    let connection: Connection | undefined
    const output = createSink()
    const begin = Promise.resolve<Preparation>({ script: '', companion: { argv, meet: given => (connection = given) } })
    const target = {
      exec: localExec({ shell, cuts }),
      podName: 'p',
      container: 'job',
      output: output.stream,
      runFolder,
      begin
    }
    const attachment = await attach(script(command), 0, target, new AbortController().signal)
    return { attachment, output: output.text(), connection }
  }

  it('has the connection when the command has ended, and the command alone before', async () => {
    const { attachment, output, connection } = await run('read line; echo "no $line"; exit 3')
    expect(output).toBe('no \n')
    expect(attachment.record).toEqual({ kind: 'exit', exitCode: 3, outputBytes: 4, oomKills: 0 })
    connection?.stdin.write('one\n')
    connection?.stdin.end()
    expect(await said(connection)).toBe('heard one\nbye')
    await connection?.ended
    expect(await readdir(runFolder)).toEqual([])
  })

  it('loses no output of the command when the reader is slower than both', async () => {
    let bytes = 0
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length
        setTimeout(done, 1)
      }
    })
    // Node has its own way with a pipe that it is given as its output.
    const argv = [process.execPath, '-e', 'process.stdout.write(""); process.stdin.resume()']
    const begin = Promise.resolve<Preparation>({ script: '', companion: { argv, meet: ({ leave }) => leave() } })
    const target = { exec: localExec({ shell }), podName: 'p', container: 'job', output: slow, runFolder, begin }
    const { signal } = new AbortController()
    await attach(script('sleep 0.3; head -c 10000000 /dev/zero'), 0, target, signal)
    expect(bytes).toBe(10_000_000)
  })

  it('does not hear what a child says that the command has left behind', async () => {
    const { output, connection } = await run('(while :; do echo more; sleep 0.001; done) & echo $!; sleep 0.1')
    connection?.stdin.write('one\n')
    connection?.stdin.end()
    expect(await said(connection)).toBe('heard one\nbye')
    process.kill(Number(/^\d+$/m.exec(output)?.[0]), 'SIGKILL')
  })

  it('that fails leaves the command alone', async () => {
    const { attachment, connection } = await run('sleep 0.1; echo ran; exit 4', ['/no/such/program'])
    expect(attachment).toMatchObject({ bytes: 4, record: { kind: 'exit', exitCode: 4 } })
    connection?.stdin.end('one\n')
    expect(await said(connection)).toBe('')
  })

  it('leaves no descriptor with the command', async () => {
    const list = "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> .*/\\1/p' | sort -n"
    const { output, connection } = await run(list)
    connection?.leave()
    const sink = createSink()
    const target = { exec: localExec({ shell }), podName: 'p', container: 'job', output: sink.stream, runFolder }
    await attach(script(list, { id: 'without' }), 0, target, new AbortController().signal)
    expect(output).toBe(sink.text())
  })

  it('is not met by who lost the connection', async () => {
    const { attachment, connection } = await run('echo 12345; sleep 0.2', echoing, [3])
    expect([attachment.bytes, attachment.record, connection]).toEqual([3, undefined, undefined])
  })
})

describe("the companion's share of the output", () => {
  it('waits in the pod while nobody takes it: a tree of any size comes that way', async () => {
    const { stdout, stderr, seat } = createStepStreams({
      output: createSink().stream,
      offset: 0,
      signal: new AbortController().signal
    })
    let connection: Connection | undefined
    const { argv, handOver } = seat({ argv: ['agent'], meet: given => (connection = given) })
    stderr.write('k8s-hooks attached\nk8s-hooks exit 0 0 0\n')
    handOver({ stdin: new PassThrough(), ended: new Promise(() => undefined), leave: () => undefined })
    stdout.write(Buffer.from(argv[1] ?? ''))
    for (let written = 0; written < 64 && stdout.write(Buffer.alloc(65_536)); written++) await setImmediate()
    expect(stdout.writableNeedDrain).toBe(true)
    connection?.stdout.resume()
    await once(stdout, 'drain')
  })

  it('begins behind its opening, in however many pieces that comes', () => {
    for (let size = 1; size < 60; size++) {
      const seat = seatFor({ argv: ['agent'], meet: () => undefined })
      const stream = Buffer.from(`late words${seat.argv[1] ?? ''}agent\0`)
      let own = ''
      for (let at = 0; at < stream.length; at += size) own += seat.takeItsOwn(stream.subarray(at, at + size)).toString()
      expect(own).toBe('late words')
    }
  })
})
