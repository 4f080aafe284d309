import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { EventEmitter } from 'node:events'
import type WebSocket from 'ws'
import { watchHeartbeat } from '../../src/kubernetes/heartbeat.ts'

class FakeSocket extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  isPaused = false
  pings = 0
  terminated = false

  ping(): void {
    this.pings++
  }

  terminate(): void {
    this.terminated = true
  }
}

const intervalMs = 15_000

describe('the heartbeat', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  function watched(): { readonly socket: FakeSocket; readonly stop: () => void } {
    const socket = new FakeSocket()
    const stop = watchHeartbeat(socket as EventEmitter as WebSocket)
    return { socket, stop }
  }

  it('pings every 15 seconds, less than what proxies call idle', () => {
    const { socket } = watched()
    jest.advanceTimersByTime(3 * intervalMs)
    expect(socket.pings).toBe(3)
  })

  it('terminates a socket that does not answer three pings', () => {
    const { socket } = watched()
    jest.advanceTimersByTime(3 * intervalMs)
    expect(socket.terminated).toBe(false)
    jest.advanceTimersByTime(intervalMs)
    expect(socket.terminated).toBe(true)
  })

  it.each(['pong', 'message'])('takes a %s for life', event => {
    const { socket } = watched()
    for (let round = 0; round < 20; round++) {
      jest.advanceTimersByTime(intervalMs)
      socket.emit(event)
    }
    expect(socket.terminated).toBe(false)
  })

  it('leaves a socket alone whose reader has paused it, and right after', () => {
    const { socket } = watched()
    socket.isPaused = true
    jest.advanceTimersByTime(20 * intervalMs)
    socket.isPaused = false
    jest.advanceTimersByTime(2 * intervalMs)
    expect(socket.terminated).toBe(false)
  })

  it('does not ping a socket that is closing', () => {
    const { socket } = watched()
    socket.readyState = 2
    jest.advanceTimersByTime(intervalMs)
    expect(socket.pings).toBe(0)
  })

  it('stops without a trace', () => {
    const { socket, stop } = watched()
    stop()
    jest.advanceTimersByTime(10 * intervalMs)
    expect(socket.pings).toBe(0)
    expect(socket.eventNames()).toEqual([])
  })
})
