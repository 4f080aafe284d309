import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gateScript } from '../../src/step-pod/transfer-container.ts'

describe('the gate before an action', () => {
  let folder: string
  let gate: ChildProcess
  let ended: Promise<unknown>

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gate-'))
  })
  afterEach(() => {
    gate.kill()
    rmSync(folder, { recursive: true })
  })

  const open = (loneSeconds?: number): void => {
    gate = spawn('sh', ['-c', gateScript(folder, loneSeconds)], { stdio: 'ignore' })
    ended = once(gate, 'exit')
  }
  const make = (file: string, text = ''): void => writeFileSync(join(folder, file), text)
  const exitCode = async (): Promise<unknown> => (await ended, gate.exitCode)

  it('opens when the workspace has arrived', async () => {
    open()
    make('staged')
    expect(await exitCode()).toBe(0)
  })

  it('is given up when the hook says so', async () => {
    open()
    make('abandoned')
    expect(await exitCode()).toBe(1)
  })

  it('is given up when nobody carries files', async () => {
    open(0.2)
    expect(await exitCode()).toBe(1)
  })

  it('stays while somebody does', async () => {
    make('carrier', `${process.pid}\n`)
    open(0.2)
    expect(await Promise.race([exitCode(), sleep(1000, 'waits')])).toBe('waits')
    make('staged')
    expect(await exitCode()).toBe(0)
  })
})
