import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const tries = 300

/** Waits until a TCP port takes a connection. Throws when it does not within a minute. */
export async function waitUntilListening(host: string, port: number): Promise<void> {
  for (let left = tries; ; left--) {
    const socket = connect(port, host)
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (left === 0) throw error
      await sleep(200)
    } finally {
      socket.destroy()
    }
  }
}
