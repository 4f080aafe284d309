import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { supervisorScript } from '../../src/exec/supervisor-script.ts'
import { commandOf, script } from './pod-commands.ts'
import { createShellContainer, type ShellContainer } from './shell-container.ts'
import { shells, systemShell } from './shells.ts'

const nodePath = process.execPath

describe.each(shells)('the supervisor in $name', shell => {
  let container: ShellContainer
  beforeEach(async () => {
    container = await createShellContainer(shell)
  })
  afterEach(() => container.remove())

  it('tells how a command ends: its exit code, 128 and the number of a signal', async () => {
    const ends = [0, 1, 2, 42, 126, 127, 128, 255].map(code => ({ text: `exit ${code}`, exitCode: code }))
    const killed = Object.entries({ HUP: 129, INT: 130, KILL: 137, SEGV: 139, TERM: 143 })
    ends.push(...killed.map(([signal, exitCode]) => ({ text: `kill -${signal} $$`, exitCode })))
    const sessions = ends.map(async ({ text }, index) => await container.attach(script(text, { id: `step-${index}` })))
    const told = (await Promise.all(sessions)).map(({ record }) => record)
    expect(told).toEqual(ends.map(({ exitCode }) => ({ kind: 'exit', exitCode, outputBytes: 0, oomKills: 0 })))
  })

  it('tells 127 of a program that is not there', async () => {
    const { record, output } = await container.attach(commandOf(['/no/such/program']))
    expect(record).toMatchObject({ exitCode: 127 })
    expect(output.toString()).toContain('/no/such/program')
  })

  it('leaves nothing behind after the acknowledgement', async () => {
    await container.attach(script('echo done'))
    expect(await readdir(container.folder)).toEqual([])
  })

  it('passes stdout and stderr on in their order, and nothing of its own', async () => {
    const { output } = await container.attach(script('echo 1; echo 2 >&2; printf 3'))
    expect(output.toString()).toBe('1\n2\n3')
  })

  it('loses nothing of a command that opens /dev/stdout and /dev/stderr anew', async () => {
    const { output } = await container.attach(
      script('echo 1; echo 2 >/dev/stderr; echo 3 | tee /dev/stderr; echo 4 >/dev/stdout; echo 5')
    )
    expect(output.toString()).toBe('1\n2\n3\n3\n4\n5\n')
  })

  it('passes every byte on as it is', async () => {
    const program = 'process.stdout.write(Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256)))'
    const { output, record } = await container.attach(commandOf([nodePath, '-e', program]))
    expect(record).toEqual({ kind: 'exit', exitCode: 0, outputBytes: 300_000, oomKills: 0 })
    expect(output.equals(Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256)))).toBe(true)
  })

  it('hands any text over unchanged, as an argument and as a variable', async () => {
    const values = {
      lineBreaks: 'a\nb\r\nc\n',
      quotes: `it's "so"`,
      expansions: '$HOME ${x} $(id) `id` $((1+1)) ~ * ? [a] {b,c} !1 \\n \\',
      controls: '\u0001\u0002\t\u007f\u001b',
      beyondAscii: 'äöü ā ȁ 日本 🙂',
      dashes: '--help',
      empty: '',
      long: `${'x'.repeat(50 * 1024)}${'y'.repeat(50 * 1024)}`
    }
    const program =
      'process.stdout.write(JSON.stringify(process.argv.slice(2).map((text, i) => [text, process.env[process.argv[1].split(" ")[i]]])))'
    const argv = [nodePath, '-e', program, '--', Object.keys(values).join(' '), ...Object.values(values)]
    const { output } = await container.attach(commandOf(argv, { env: values }))
    expect(JSON.parse(output.toString())).toEqual(Object.values(values).map(value => [value, value]))
  })

  it('hands two hundred random texts over unchanged, as arguments and as variables', async () => {
    const texts = randomTexts(200)
    const env = Object.fromEntries(texts.map((text, index) => [`V${index}`, text]))
    const program =
      'process.stdout.write(JSON.stringify(process.argv.slice(1).map((text, i) => [text, process.env["V" + i]])))'
    const { output } = await container.attach(commandOf([nodePath, '-e', program, '--', ...texts], { env }))
    expect(JSON.parse(output.toString())).toEqual(texts.map(text => [text, text]))
  })

  it('sets variables of any name, also those that shells take for their own', async () => {
    const names = ['INPUT_FETCH-DEPTH', 'with.dot', '-dash', '1digit', 'BASH_VERSINFO', 'ENV', 'EUID', 'IFS', 'LINENO']
    names.push('OPTIND', 'PPID', 'PS4', 'RANDOM', 'SECONDS', 'SHELLOPTS', 'UID', '_')
    const env = Object.fromEntries(names.map(name => [name, `${name} 'b'\nc`]))
    const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1).map(name => [name, process.env[name]])))'
    const { output } = await container.attach(commandOf([nodePath, '-e', program, '--', ...names], { env }))
    expect(Object.fromEntries(JSON.parse(output.toString()) as [string, string][])).toEqual(env)
  })

  it('leaves alone what the image exports, whatever it is called', async () => {
    const names = [...'abcdefghijklmnopqrstuvwxyz'].join(' ')
    const env = {
      ...Object.fromEntries(names.split(' ').map(name => [name, `image's ${name}`])),
      PATH: process.env['PATH'] ?? ''
    }
    const { output } = await container.attach(commandOf(['env']), { env })
    expect(output.toString().match(/^[a-z]=image's [a-z]$/gm)).toHaveLength(26)
  })

  it("puts folders before the container's PATH", async () => {
    const { output } = await container.attach(script('printf %s "$PATH"', { prependPath: ['/my tools/bin', '/b'] }))
    expect(output.toString()).toBe(`/my tools/bin:/b:${process.env['PATH'] ?? ''}`)
  })

  it('puts folders before the PATH of the step', async () => {
    const command = script('printf %s "$PATH"', { prependPath: ['/a'], env: { PATH: '/usr/bin:/bin' } })
    expect((await container.attach(command)).output.toString()).toBe('/a:/usr/bin:/bin')
  })

  it('runs in a folder with blanks and quotes', async () => {
    const workingDirectory = join(container.folder, "it's  here")
    await mkdir(workingDirectory)
    const { output } = await container.attach(script('pwd', { workingDirectory }))
    expect(output.toString()).toBe(`${workingDirectory}\n`)
  })

  it('fails with a sentence when the folder is not there', async () => {
    const { record, output } = await container.attach(script('echo ran', { workingDirectory: '/no such/folder' }))
    expect(record).toMatchObject({ exitCode: 1 })
    expect(output.toString()).toContain('The working directory /no such/folder cannot be entered in the container.\n')
  })

  it.each([
    { counts: 'cgroup 2', lines: ['low 0', 'max 7', 'oom 2', 'oom_kill 2', 'oom_group_kill 0'] },
    { counts: 'cgroup 1', lines: ['oom_kill_disable 0', 'under_oom 0', 'oom_kill 2'] }
  ])('tells how many processes the kernel killed for their memory meanwhile, as $counts counts', async ({ lines }) => {
    const events = join(container.folder, 'events')
    await writeFile(events, `${lines.join('\n')}\n`)
    const text = `sed 's/oom_kill 2/oom_kill 5/' '${events}' >'${events}.new'; mv '${events}.new' '${events}'; exit 137`
    const place = { runFolder: container.folder, offset: 0, memoryEvents: [join(container.folder, 'none'), events] }
    const { record } = await container.attach(script(text), { script: supervisorScript(script(text), place) })
    expect(record).toEqual({ kind: 'exit', exitCode: 137, outputBytes: 0, oomKills: 3 })
  })

  it('ends with 126 of a variable that Linux does not take', async () => {
    const { record, output } = await container.attach(script('exit 0', { env: { LARGE: 'x'.repeat(256 * 1024) } }))
    expect(record).toMatchObject({ exitCode: 126 })
    expect(output.toString()).toContain('rgument list too long')
  })

  it('hands over 1 MiB of variables, each as large as Linux takes', async () => {
    const env = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`V${i}`, String(i).repeat(128 * 1024 - 4)]))
    const program = 'process.stdout.write(Array.from({ length: 8 }, (_, i) => process.env["V" + i]).join(""))'
    const { output } = await container.attach(commandOf([nodePath, '-e', program], { env }))
    expect(output.toString() === Object.values(env).join('')).toBe(true)
  })

  it('gives the command no stdin', async () => {
    expect((await container.attach(script('cat; echo end'))).output.toString()).toBe('end\n')
  })

  it('says why it cannot start when the run folder is missing', async () => {
    await container.remove()
    const { record, hasAttached, others } = await container.attach(script('echo ran'))
    expect([record, hasAttached]).toEqual([undefined, false])
    expect(others).toMatch(/No such file or directory/)
  })

  it('names the tool that the image lacks', async () => {
    const tools = join(container.folder, 'bin')
    await mkdir(tools)
    for (const tool of ['cat', 'mkdir', 'rm', 'sleep', 'wc']) await symlink(`/usr/bin/${tool}`, join(tools, tool))
    // busybox finds its own applets whatever the PATH says.
    const isBusybox = shell.name.startsWith('busybox')
    const session = await container.attach(script('exit 4'), { env: { PATH: tools } })
    expect(session).toMatchObject(
      isBusybox
        ? { record: { kind: 'exit' } }
        : { hasAttached: false, record: undefined, others: 'the image has no dd' }
    )
  })

  it('hands no ignored or blocked signal down to the command', async () => {
    const { output } = await container.attach(commandOf(['grep', '^Sig', '/proc/self/status']))
    // Signals 1 to 31: the two above belong to the C library, and whoever started the tests may have left them ignored.
    const masks = [...output.toString().matchAll(/^(SigBlk|SigIgn):\s+\w{8}(\w{8})/gm)].map(match => [
      match[1],
      Number.parseInt(match[2] ?? '', 16) & 0x7fffffff
    ])
    expect(Object.fromEntries(masks)).toEqual({ SigBlk: 0, SigIgn: 0 })
  })
})

describe("the system's sh", () => {
  let container: ShellContainer
  beforeEach(async () => {
    container = await createShellContainer(systemShell)
  })
  afterEach(() => container.remove())

  it('tells each of the 256 exit codes', async () => {
    const codes = Array.from({ length: 256 }, (_, index) => index)
    const tell = async (code: number): Promise<unknown> =>
      (await container.attach(script(`exit ${code}`, { id: `step-${code}` }))).record
    const told: unknown[] = []
    for (let first = 0; first < 256; first += 16)
      told.push(...(await Promise.all(codes.slice(first, first + 16).map(tell))))
    expect(told).toEqual(codes.map(exitCode => ({ kind: 'exit', exitCode, outputBytes: 0, oomKills: 0 })))
  }, 120_000)
})

/** The same at every run: what shells, printf and echo give a meaning to, in any order. */
function randomTexts(count: number): readonly string[] {
  const pieces = [
    "'",
    '"',
    '\\',
    '$',
    '$(id)',
    '`',
    '${HOME}',
    '*',
    '~',
    ';',
    '&',
    '|',
    '<',
    '#',
    '!',
    '%s',
    '-n',
    '=',
    '\\n',
    '\n',
    '\r',
    '\t',
    ' ',
    'a',
    'ü',
    '🙂'
  ]
  let seed = 1
  const next = (limit: number): number => {
    seed = (seed * 48_271) % 0x7fffffff
    return seed % limit
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('')
  )
}
