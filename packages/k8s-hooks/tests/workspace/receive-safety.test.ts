import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Exec } from '../../src/kubernetes/cluster.ts'
import { createFrameWriter, type FrameWriter } from '../../src/workspace/frame-writer.ts'
import { encodeEntry, type TreeEntry } from '../../src/workspace/tree-entry.ts'
import { plant } from './tree-snapshot.ts'
import { createTwoTrees, type TwoTrees } from './two-trees.ts'

const signal = new AbortController().signal

/** An exec whose process says what `speak` says, whatever it is asked. */
const podThatSays =
  (speak: (writer: FrameWriter) => void): Exec =>
  async request => {
    const output = new PassThrough()
    output.pipe(request.stdout ?? new PassThrough(), { end: false })
    const writer = createFrameWriter(output)
    writer.json('welcome', { isKnown: true })
    speak(writer)
    await writer.flush()
    output.end()
    await new Promise(resolve => output.once('end', resolve))
    return { kind: 'exited', exitCode: 0 }
  }

const entry = (rest: Partial<TreeEntry>): readonly unknown[] =>
  encodeEntry({ path: 'x', kind: 'file', mode: 0o644, size: 1, mtime: 1, target: '', ...rest })

type SayFile = (writer: FrameWriter, path: string, text: string) => void

const inPieces: SayFile = (writer, path, text) => {
  writer.json('entry', entry({ path }))
  writer.raw('data', Buffer.from(text))
  writer.raw('fileEnd', createHash('sha256').update(text).digest())
}

const inOneFrame: SayFile = (writer, path, text) =>
  sendSmall(writer, JSON.stringify(entry({ path })), text, createHash('sha256').update(text).digest())

const sendSmall = (writer: FrameWriter, json: string, text: string, sha256: Buffer = Buffer.alloc(32)): void => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(json))
  writer.raw('file', Buffer.concat([length, Buffer.from(json), sha256, Buffer.from(text)]))
}

describe.each([
  { form: 'in pieces', fileSaying: inPieces },
  { form: 'in one frame', fileSaying: inOneFrame }
])('a pod that is hostile and sends files $form', ({ fileSaying }) => {
  let trees: TwoTrees
  let outside: string
  beforeEach(() => {
    trees = createTwoTrees()
    outside = join(dirname(trees.runner), 'outside')
    mkdirSync(outside)
    plant(trees.runner, { 'demo/f': '1', '_temp/_runner_hook_responses/r.json': '{}', '_actions/o/a.js': 'js' })
  })
  afterEach(() => trees.remove())
  const pullFrom = async (speak: (writer: FrameWriter) => void): Promise<unknown> =>
    await trees
      .another({ exec: podThatSays(speak) })
      .pullChanges(signal)
      .catch((error: unknown) => error)

  it.each([
    '../outside/x',
    'demo/../../outside/x',
    '/etc/passwd',
    'demo//x',
    './demo/x',
    'demo/.',
    '',
    'demo/x\0y',
    'demo/\u0100',
    'x'.repeat(5000)
  ])('cannot name the path %j', async path => {
    const answers = [
      await pullFrom(writer => fileSaying(writer, path, 'evil')),
      await pullFrom(writer => writer.json('remove', path))
    ]

    expect(answers).toEqual([0, 1].map(() => expect.objectContaining({ code: 'WORKSPACE_SYNC_FAILED' })))
    expect(existsSync(join(outside, 'x'))).toBe(false)
  })

  it.each(['_temp/_runner_hook_responses/r.json', '_actions/o/a.js', '_tool/x', '_update.sh'])(
    'can neither write nor delete %s',
    async path => {
      const answers = [
        await pullFrom(writer => fileSaying(writer, path, 'evil')),
        await pullFrom(writer => writer.json('remove', path))
      ]

      expect(answers.map(String)).toEqual(
        [0, 1].map(() => expect.stringContaining(`wanted to change ${path}, which is not its own`))
      )
      expect(existsSync(join(trees.runner, '_actions/o/a.js'))).toBe(true)
      expect(readFileSync(join(trees.runner, '_temp/_runner_hook_responses/r.json'), 'utf8')).toBe('{}')
    }
  )

  it('does not get through a link that it sent before', async () => {
    await pullFrom(writer => {
      writer.json('entry', entry({ path: 'demo/way', kind: 'link', target: outside }))
      fileSaying(writer, 'demo/way/x', 'evil')
      writer.json('end', { files: 2, bytes: 4, deleted: 0 })
    })

    expect(existsSync(join(outside, 'x'))).toBe(false)
    expect(lstatSync(join(trees.runner, 'demo/way')).isDirectory()).toBe(true)
  })

  it('does not get through a link that is there, neither to write nor to delete', async () => {
    plant(trees.runner, { 'demo/way/victim': 'v' })
    await trees.sync.pushChanges(signal)
    plant(outside, { victim: 'v' })
    rmSync(join(trees.runner, 'demo/way'), { recursive: true })
    symlinkSync(outside, join(trees.runner, 'demo/way'))
    await pullFrom(writer => {
      writer.json('remove', 'demo/way/victim')
      fileSaying(writer, 'demo/way/x', 'evil')
      writer.json('end', { files: 1, bytes: 4, deleted: 1 })
    })

    expect(readdirSync(outside)).toEqual(['victim'])
  })

  it('does not write through a link in the place of a file', async () => {
    plant(outside, { victim: 'v' })
    symlinkSync(join(outside, 'victim'), join(trees.runner, 'demo/way'))

    await pullFrom(writer => fileSaying(writer, 'demo/way', 'evil'))

    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('v')
    expect(readFileSync(join(trees.runner, 'demo/way'), 'utf8')).toBe('evil')
  })

  it('deletes nothing that both ends did not know before', async () => {
    await pullFrom(writer => {
      writer.json('remove', 'demo/f')
      writer.json('remove', 'demo')
      writer.json('end', { files: 0, bytes: 0, deleted: 2 })
    })

    expect(existsSync(join(trees.runner, 'demo/f'))).toBe(true)
  })

  it.each<{ what: string; speak: (writer: FrameWriter) => void; message: string }>([
    {
      what: 'content that is not what was hashed',
      speak: writer => {
        writer.json('entry', entry({ path: 'demo/f' }))
        writer.raw('data', Buffer.from('evil'))
        writer.raw('fileEnd', Buffer.alloc(32))
      },
      message: 'The sha256 of a file is wrong'
    },
    {
      what: 'a small file that is not what was hashed',
      speak: writer => sendSmall(writer, JSON.stringify(entry({ path: 'demo/f' })), 'evil'),
      message: 'The sha256 of a file is wrong'
    },
    {
      what: 'a small file that is a folder',
      speak: writer => sendSmall(writer, JSON.stringify(entry({ path: 'demo/f', kind: 'directory' })), ''),
      message: 'A directory has contents'
    },
    {
      what: 'a small file whose entry is not JSON',
      speak: writer => sendSmall(writer, '["demo/f"', ''),
      message: 'The entry of a small file is not JSON'
    },
    {
      what: 'a small file that ends in its entry',
      speak: writer => writer.raw('file', Buffer.from([0, 0, 1, 0, 91, 93])),
      message: 'A small file is cut'
    },
    {
      what: 'a small file without anything',
      speak: writer => writer.raw('file', Buffer.alloc(0)),
      message: 'A small file is cut'
    },
    {
      what: 'fewer files than it counted',
      speak: writer => writer.json('end', { files: 1, bytes: 0, deleted: 0 }),
      message: 'The ends counted differently'
    },
    {
      what: 'a frame out of place',
      speak: writer => writer.raw('data', Buffer.alloc(3)),
      message: 'does not belong here'
    },
    { what: 'text that is not JSON', speak: writer => writer.raw('end', Buffer.from('{')), message: 'is not JSON' },
    {
      what: 'a hole without end',
      speak: writer => {
        writer.json('entry', entry({ path: 'demo/f' }))
        writer.json('hole', 2 ** 40)
      },
      message: 'does not belong here'
    },
    {
      what: 'an entry of an unknown kind',
      speak: writer => writer.json('entry', ['demo/x', 'device', 0o666, 0, 0, '']),
      message: 'An entry is not acceptable'
    },
    {
      what: 'a link without a target',
      speak: writer => writer.json('entry', entry({ path: 'demo/x', kind: 'link' })),
      message: 'An entry is not acceptable'
    },
    {
      what: 'its own failure',
      speak: writer => writer.json('failure', { message: 'ENOSPC: no space', isCut: false }),
      message: 'in the pod: ENOSPC'
    }
  ])('is refused when it sends $what', async ({ speak, message }) => {
    const answer = await pullFrom(speak)

    expect(answer).toMatchObject({ code: 'WORKSPACE_SYNC_FAILED' })
    expect(String(answer)).toContain(message)
    expect(readFileSync(join(trees.runner, 'demo/f'), 'utf8')).toBe('1')
  })

  it("is named with the path that it failed at, not with the runner's", async () => {
    const answer = await pullFrom(writer => {
      fileSaying(writer, 'demo/g', 'fine')
      writer.json('failure', { message: 'EIO: input/output error', path: 'demo/other', isCut: false })
    })

    expect(answer).toMatchObject({
      message: expect.stringContaining(' out of pod job-pod at demo/other: in the pod: EIO')
    })
  })

  it('is told from a disk that is full by the hint', async () => {
    const answer = await pullFrom(writer => writer.json('failure', { message: 'ENOSPC: no space', isCut: false }))

    expect(answer).toMatchObject({ hint: expect.stringContaining('A disk is full') })
  })
})
