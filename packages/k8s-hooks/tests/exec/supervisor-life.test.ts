import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { supervisorScript } from '../../src/exec/supervisor-script.ts'
import { commandOf, script } from './pod-commands.ts'
import { createShellContainer, type ShellContainer } from './shell-container.ts'
import { shells } from './shells.ts'

describe.each(shells)('the life of a command under the supervisor in $name', shell => {
  let container: ShellContainer
  beforeEach(async () => {
    container = await createShellContainer(shell)
  })
  afterEach(() => container.remove())

  it.each([1, 65_535, 65_536, 65_537, 200_000])('goes on at byte %s after a killed connection', async offset => {
    const program = 'process.stdout.write(Buffer.from(Array.from({ length: 250_000 }, (_, i) => (i * 7) % 251)))'
    const command = commandOf([process.execPath, '-e', program])
    await container.attach(command, { cutAtBytes: 1 })
    await valueOf(join(container.folder, 'step', 'code'))
    const { output, record } = await container.attach(command, { offset })
    expect(record).toEqual({ kind: 'exit', exitCode: 0, outputBytes: 250_000, oomKills: 0 })
    expect(output.equals(Buffer.from(Array.from({ length: 250_000 }, (_, i) => (i * 7) % 251)).subarray(offset))).toBe(
      true
    )
  })

  it('lets a command run on whose connection was killed, and runs it once', async () => {
    const ran = join(container.folder, 'ran')
    const command = script(`echo up; sleep 0.3; echo once >>'${ran}'; exit 7`)
    await container.attach(command, { cutAtBytes: 3 })
    const { output, record } = await container.attach(command, { offset: 3 })
    expect([output.toString(), record]).toEqual(['', { kind: 'exit', exitCode: 7, outputBytes: 3, oomKills: 0 }])
    expect(await readFile(ran, 'utf8')).toBe('once\n')
  })

  it('runs a command once that two connections start at the same time', async () => {
    const ran = join(container.folder, 'ran')
    const command = script(`echo once >>'${ran}'; sleep 0.3; exit 7`)
    const both = await Promise.all([1, 2].map(() => container.attach(command, { isSilent: true })))
    expect(both.map(({ record }) => record)).toEqual(
      Array(2).fill({ kind: 'exit', exitCode: 7, outputBytes: 0, oomKills: 0 })
    )
    expect(await readFile(ran, 'utf8')).toBe('once\n')
  })

  it('prepares a command once, however often its text is sent, and with nothing of it left in its shell', async () => {
    const ran = join(container.folder, 'ran')
    const command = script(`cat '${ran}'; umask; sleep 0.3`)
    const { output } = await container.attach(script('umask', { id: 'before' }))
    const preparation = `(umask 077 && echo 'it'"'"'s once' >>'${ran}')`
    const both = await Promise.all([1, 2].map(() => container.attach(command, { isSilent: true, preparation })))
    expect(both.map(({ output }) => output.toString())).toEqual(Array(2).fill(`it's once\n${output.toString()}`))
  })

  it('does not begin a command that cannot be prepared, and tells why', async () => {
    const { record, hasAttached, others } = await container.attach(script('echo ran'), {
      preparation: `(umask 022 &&\nprintf %s 'text' >'${container.folder}/no/such/folder' &&\nprintf %s 'b' >/dev/null)`
    })
    expect([record, hasAttached, await readdir(container.folder)]).toEqual([undefined, false, []])
    expect(others).toContain('no/such/folder')
  })

  it.each([0.1, 0.5, 0.9, 0.99])('does nothing with the first %s of its text', async share => {
    const whole = supervisorScript(script('echo ran'), { runFolder: container.folder, offset: 0 })
    const cut = whole.slice(0, Math.floor((whole.length - 'kh_main\n'.length) * share))
    const { output } = await container.attach(script(''), { script: cut })
    expect([output.toString(), await readdir(container.folder)]).toEqual(['', []])
  })

  it('is not held up by a child that the command leaves behind', async () => {
    const { record, output } = await container.attach(script('sleep 30 & printf "%s" $!'))
    expect(record).toMatchObject({ exitCode: 0 })
    process.kill(Number(output.toString()), 'SIGKILL')
  })

  it('ends although a child that the command leaves behind goes on writing', async () => {
    const { record, output } = await container.attach(
      script('(while :; do echo more; sleep 0.001; done) & echo $!; sleep 0.1; exit 3')
    )
    expect(record).toMatchObject({ exitCode: 3 })
    // The child may have written first.
    process.kill(Number(/^\d+$/m.exec(output.toString())?.[0]), 'SIGKILL')
  })

  it('has all that a command wrote although a child that it leaves behind keeps its output open', async () => {
    const { record, output } = await container.attach(script('sleep 30 & echo $!; head -c 1000000 /dev/zero; exit 3'))
    const pid = output.toString().split('\n')[0] ?? ''
    expect(record).toMatchObject({ exitCode: 3, outputBytes: pid.length + 1 + 1_000_000 })
    process.kill(Number(pid), 'SIGKILL')
  })

  it('leaves a child alone that goes on after the command', async () => {
    const later = join(container.folder, 'later')
    await container.attach(script(`(sleep 0.3; echo more; echo more; echo alive >'${later}') & exit 0`))
    expect(await valueOf(later)).toBe('alive')
  })

  it('loses no output when the command ends every cat by SIGTERM', async () => {
    const pump = join(container.folder, 'step', 'pump')
    const text = `echo before; until [ -s '${pump}' ]; do sleep 0.01; done; read cat rest <'${pump}'; kill -TERM $cat; echo after`
    const { record, output } = await container.attach(script(text))
    expect([output.toString(), record]).toMatchObject(['before\nafter\n', { exitCode: 0 }])
  })

  it('says that a supervisor is lost which was killed', async () => {
    const command = script('echo up; sleep 30')
    const running = container.attach(command)
    const supervisor = await valueOf(join(container.folder, 'step', 'supervisor'))
    const child = await valueOf(join(container.folder, 'step', 'pid'))
    process.kill(Number(supervisor), 'SIGKILL')
    expect(await running).toMatchObject({ record: { kind: 'lost' } })
    process.kill(Number(child), 'SIGKILL')
  })

  it('stops a command by SIGTERM and lets it tidy up', async () => {
    const ended = join(container.folder, 'ended')
    const running = container.attach(
      script(`trap "echo tidy >'${ended}'; exit 5" TERM; echo up; while :; do sleep 0.05; done`)
    )
    await valueOf(join(container.folder, 'step', 'log'))
    await container.stop('step')
    await running
    expect(await readFile(ended, 'utf8')).toBe('tidy\n')
    expect(await readdir(container.folder)).toEqual(['ended'])
  })

  it('stops what the command started, too', async () => {
    const running = container.attach(script('sleep 30 & echo $!; wait'))
    const grandchild = Number(await valueOf(join(container.folder, 'step', 'log')))
    await container.stop('step')
    await running
    expect(await isAlive(grandchild)).toBe(false)
  })

  it('kills a command that ignores SIGTERM when the grace is over', async () => {
    const running = container.attach(script('trap "" TERM; echo $$; while :; do sleep 0.05; done'))
    const pid = Number(await valueOf(join(container.folder, 'step', 'log')))
    await container.stop('step', 200)
    await running
    expect(await isAlive(pid)).toBe(false)
  })

  it('never starts a command that was stopped before', async () => {
    await container.stop('step')
    const { output, record } = await container.attach(script('echo ran'))
    expect([output.toString(), record]).toEqual(['', { kind: 'lost' }])
  })
})

/** Text of a file as soon as there is any. */
async function valueOf(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text !== '') return text.trim()
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** A zombie is dead: who adopts it here need not bury it at once. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/^\d+ \(.*\) [ZX]/.test(stat)
}
