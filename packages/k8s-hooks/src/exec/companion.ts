import { randomUUID } from 'node:crypto'
import { PassThrough, type Writable } from 'node:stream'
import type { ExecResult } from '../kubernetes/cluster.ts'
import { reasonOf } from '../support/reason-of.ts'

/** What precedes a command, and what comes with it. */
export interface Preparation {
  /** Shell text that is run once, right before the command; where it fails, the command does not begin. Empty: none. */
  readonly script: string
  readonly companion?: Companion | undefined
}

/** A program that starts beside a command, in its container, and has the connection for itself once the command has ended. */
export interface Companion {
  /** argv, but for a last word: what its output begins with. It says nothing before it is asked something. */
  readonly argv: readonly string[]
  /** Gets the connection; not called when that broke on the way. */
  readonly meet: (connection: Connection) => void
}

/** What is left of an exec. */
export interface Connection {
  readonly stdin: PassThrough
  /** Ends with the connection. */
  readonly stdout: PassThrough
  /** Never rejects. */
  readonly ended: Promise<ExecResult>
  readonly leave: () => void
}

/** A companion's share of a connection that a command uses first. */
export interface CompanionSeat {
  readonly argv: readonly string[]
  /** Takes what the companion has written, once the command has ended; returns the rest. */
  readonly takeItsOwn: (chunk: Buffer) => Buffer
  /** What it has taken goes here. */
  readonly stdout: Writable
  readonly handOver: (connection: Omit<Connection, 'stdout'>) => void
}

const bufferBytes = 128 * 1024
const nothing = Buffer.alloc(0)

export function seatFor({ argv, meet }: Companion): CompanionSeat {
  // It tells the two apart. It keeps no hostile command from playing the companion, which is trusted no more than the pod.
  const opening = randomUUID()
  const stdout = new PassThrough({ highWaterMark: bufferBytes })
  let held = nothing
  let hasBegun = false
  return {
    argv: [...argv, opening],
    stdout,
    takeItsOwn: chunk => {
      if (hasBegun) {
        stdout.write(chunk)
        return nothing
      }
      // The opening may come in two pieces. A child that the command left behind may have written before it.
      const text = Buffer.concat([held, chunk])
      const at = text.indexOf(opening)
      hasBegun = at !== -1
      if (hasBegun) stdout.write(text.subarray(at + opening.length))
      const end = hasBegun ? at : Math.max(text.length - opening.length + 1, 0)
      held = text.subarray(end)
      return text.subarray(0, end)
    },
    handOver: ({ stdin, ended, leave }) => {
      const closed = ended
        .catch((error: unknown): ExecResult => ({ kind: 'broken', reason: reasonOf(error) }))
        .finally(() => stdout.end())
      meet({ stdin, stdout, ended: closed, leave })
    }
  }
}
