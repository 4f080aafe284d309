import { describe, expect, it } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { pack } from 'tar-stream'
import { doneExitCode } from '../../src/kubernetes/until-done.ts'
import { type ExpectedStream, receiveCommand, waitCommand } from '../../src/builder/receive-container.ts'

const names = ['a b', 'line\nbreak', 'sub/', 'sub/run.sh'] as const

async function someTar(): Promise<Buffer> {
  const tar = pack()
  for (const name of names)
    tar.entry(
      { name, mode: 0o755, type: name.endsWith('/') ? 'directory' : 'file' },
      name.endsWith('/') ? '' : 'content'
    )
  tar.finalize()
  return await buffer(tar)
}

const expectedOf = (tar: Buffer): ExpectedStream => ({
  sha256: createHash('sha256').update(tar).digest('hex'),
  entryCount: names.length
})

interface Received {
  readonly exitCode: number | null
  readonly stderr: string
}

function receive(folder: string, attempt: number, input: Buffer, expected: ExpectedStream): Received {
  const [shell = '', ...args] = receiveCommand(attempt, expected, folder)
  const { status, stderr } = spawnSync(shell, args, { input })
  return { exitCode: status, stderr: stderr.toString() }
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'receive-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('receiveCommand', () => {
  it('unpacks the context and marks it as arrived', async () => {
    await inFolder(async folder => {
      const tar = await someTar()
      expect(receive(folder, 1, tar, expectedOf(tar))).toEqual({ exitCode: doneExitCode, stderr: '' })
      expect(readFileSync(join(folder, 'source/line\nbreak'), 'utf8')).toBe('content')
      expect(lstatSync(join(folder, 'source/sub/run.sh')).mode & 0o777).toBe(0o755)
      expect(existsSync(join(folder, 'done'))).toBe(true)
    })
  })

  it.each([
    { title: 'is cut at half', spoil: (tar: Buffer) => tar.subarray(0, tar.length / 2) },
    { title: 'is cut after its last file', spoil: (tar: Buffer) => tar.subarray(0, tar.length - 1024) },
    { title: 'is empty', spoil: () => Buffer.alloc(0) },
    {
      title: 'has another content',
      spoil: (tar: Buffer) => Buffer.from(tar.toString('latin1').replace('content', 'c0ntent'), 'latin1')
    },
    { title: 'is no tar', spoil: () => Buffer.alloc(5000, 'x') }
  ])('does not accept a stream that $title', async ({ spoil }) => {
    await inFolder(async folder => {
      const tar = await someTar()
      expect([0, doneExitCode]).not.toContain(receive(folder, 1, spoil(tar), expectedOf(tar)).exitCode)
      expect(existsSync(join(folder, 'done'))).toBe(false)
      expect(existsSync(join(folder, 'source'))).toBe(false)
    })
  })

  it('does not accept another number of entries', async () => {
    await inFolder(async folder => {
      const tar = await someTar()
      expect(receive(folder, 1, tar, { ...expectedOf(tar), entryCount: 5 })).toEqual({
        exitCode: 66,
        stderr: 'the stream has 4 entries, not 5\n'
      })
    })
  })

  it('leaves another try alone, which may be about to arrive', async () => {
    await inFolder(async folder => {
      const tar = await someTar()
      mkdirSync(join(folder, 'try-1/source'), { recursive: true })
      receive(folder, 2, tar, expectedOf(tar))
      expect(existsSync(join(folder, 'try-1/source'))).toBe(true)
    })
  })

  it('leaves nothing of a try that failed: the next one needs the room', async () => {
    await inFolder(async folder => {
      const tar = await someTar()
      receive(folder, 1, tar.subarray(0, 700), expectedOf(tar))
      expect(existsSync(join(folder, 'try-1'))).toBe(false)
    })
  })

  it('takes the second try into a fresh directory', async () => {
    await inFolder(async folder => {
      const tar = await someTar()
      receive(folder, 1, tar.subarray(0, 700), expectedOf(tar))
      expect(receive(folder, 2, tar, expectedOf(tar)).exitCode).toBe(doneExitCode)
      expect(readFileSync(join(folder, 'source/a b'), 'utf8')).toBe('content')
    })
  })
})

describe('waitCommand', () => {
  it('ends after the process that has brought the context: killed with its container, that would report a failure', async () => {
    await inFolder(async folder => {
      const waiting = startWaiting(folder, { pushHost: 'registry.test', insecure: false })
      const bringing = spawn('sh', ['-c', 'echo $$ > "$0/try"; mv "$0/try" "$0/done"; read -r end', folder])
      while (!existsSync(join(folder, 'done'))) await sleep(10)
      await sleep(200)
      expect(waiting.isOver()).toBe(false)
      bringing.stdin.end()
      expect(await waiting.over).toEqual([0, null])
    })
  })

  it.each([
    { pushHost: '127.0.0.1', listen: '127.0.0.1' },
    { pushHost: '[::1]', listen: '::1' }
  ])('ends when the registry $pushHost inside of the cluster takes connections', async ({ pushHost, listen }) => {
    await inFolder(async folder => {
      const port = await freePort(listen)
      arrived(folder)
      const waiting = startWaiting(folder, { pushHost: `${pushHost}:${port}`, insecure: true })
      await sleep(400)
      expect(waiting.isOver()).toBe(false)
      const server = createServer(socket => socket.destroy()).listen(port, listen)
      expect(await waiting.over).toEqual([0, null])
      server.close()
    })
  })

  it('leaves a registry to the builder that is behind a proxy perhaps', async () => {
    await inFolder(async folder => {
      arrived(folder)
      const registry = { pushHost: `127.0.0.1:${await freePort('127.0.0.1')}`, insecure: false }
      expect(await startWaiting(folder, registry).over).toEqual([0, null])
    })
  })
})

function startWaiting(
  folder: string,
  registry: Parameters<typeof waitCommand>[0]
): { readonly over: Promise<unknown>; readonly isOver: () => boolean } {
  const [shell = '', ...args] = waitCommand(registry, folder)
  let isOver = false
  const over = once(spawn(shell, args, { stdio: 'ignore' }), 'exit').finally(() => (isOver = true))
  return { over, isOver: () => isOver }
}

/** As if a process that is gone had brought the context. */
function arrived(folder: string): void {
  const { pid } = spawnSync('true')
  writeFileSync(join(folder, 'done'), `${pid}\n`)
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
