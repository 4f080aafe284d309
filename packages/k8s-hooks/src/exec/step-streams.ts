import { PassThrough, Writable } from 'node:stream'
import { createDeferred } from '../support/deferred.ts'
import { drained } from '../support/drained.ts'
import { seatFor, type Companion, type CompanionSeat } from './companion.ts'
import { parseSupervisorWords, type SupervisorWords } from './supervisor-record.ts'

/** The streams of one connection to a command, as the supervisor uses them. */
export interface StepStreams {
  readonly stdin: PassThrough
  readonly stdout: Writable
  readonly stderr: Writable
  /** Gives a companion its share of them. */
  readonly seat: (companion: Companion) => CompanionSeat
  readonly seated: () => CompanionSeat | undefined
  readonly words: () => SupervisorWords
  /** Of the command's output, all of them written to it. */
  readonly bytes: () => number
  /** Resolves when the supervisor has nothing more to say. */
  readonly gone: Promise<void>
}

export interface StepStreamsOptions {
  readonly output: Writable
  /** Bytes of the output that came by earlier connections. */
  readonly offset: number
  readonly signal: AbortSignal
  readonly onStart?: (() => void) | undefined
}

export function createStepStreams({ output, offset, signal, onStart }: StepStreamsOptions): StepStreams {
  let bytes = 0
  let said = ''
  let isAcknowledged = false
  let seat: CompanionSeat | undefined
  const stdin = new PassThrough()
  const gone = createDeferred()
  const words = (): SupervisorWords => parseSupervisorWords(said)
  // Record and output come on two channels: whichever completes the picture acknowledges.
  const acknowledge = (): void => {
    const { record } = words()
    if (isAcknowledged || stdin.writableEnded || record === undefined) return
    if (record.kind === 'exit' && offset + bytes < record.outputBytes) return
    isAcknowledged = true
    stdin.write('ack\n')
    if (seat === undefined) stdin.end()
  }
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const own = isAcknowledged && seat !== undefined ? seat.takeItsOwn(chunk) : chunk
      bytes += own.length
      acknowledge()
      output.write(own)
      const full = [output, ...(seat === undefined ? [] : [seat.stdout])].filter(target => target.writableNeedDrain)
      if (full.length === 0) done()
      else void Promise.all(full.map(target => drained(target, signal))).then(() => done())
    }
  })
  const stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said += chunk.toString('latin1')
      acknowledge()
      const { hasAttached, isGone } = words()
      if (hasAttached) onStart?.()
      if (isGone) gone.resolve()
      done()
    }
  })
  return {
    stdin,
    stdout,
    stderr,
    seat: companion => (seat = seatFor(companion)),
    seated: () => seat,
    words,
    bytes: () => bytes,
    gone: gone.promise
  }
}
