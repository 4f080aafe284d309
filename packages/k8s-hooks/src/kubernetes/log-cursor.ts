/**
 * The position in a container log whose lines carry timestamps. Lines that a resumed stream repeats are dropped:
 * `sinceTime` has a resolution of one second, timestamps one of a nanosecond.
 */
export interface LogCursor {
  /** RFC 3339 start of the next stream; undefined before the first line. */
  readonly sinceTime: () => string | undefined
  /** Takes bytes of a stream, returns what is new without timestamps. An unfinished line waits for its end. */
  readonly accept: (bytes: Buffer) => Buffer
  /**
   * To be called when a stream ends. The next one repeats the last second, so an unfinished line is dropped, unless this was the last stream:
   * then it is returned.
   */
  readonly endOfStream: (isLast: boolean) => Buffer
}

const newline = 0x0a
const blank = 0x20

export function createLogCursor(): LogCursor {
  let pending: Buffer = Buffer.alloc(0)
  let lastStamp = ''
  let linesWithLastStamp = 0
  let repeatedToSkip = 0

  const isNew = (stamp: string): boolean => {
    if (stamp < lastStamp) return false
    if (stamp === lastStamp) {
      if (repeatedToSkip > 0) {
        repeatedToSkip--
        return false
      }
      linesWithLastStamp++
      return true
    }
    lastStamp = stamp
    linesWithLastStamp = 1
    repeatedToSkip = 0
    return true
  }
  const takeLine = (line: Buffer): Buffer => {
    const end = line.indexOf(blank)
    if (end < 0) return Buffer.alloc(0)
    return isNew(line.subarray(0, end).toString('latin1')) ? line.subarray(end + 1) : Buffer.alloc(0)
  }
  return {
    sinceTime: () => (lastStamp === '' ? undefined : lastStamp),
    accept: bytes => {
      const buffer = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      const lines: Buffer[] = []
      let start = 0
      for (let end = buffer.indexOf(newline); end >= 0; end = buffer.indexOf(newline, start)) {
        lines.push(takeLine(buffer.subarray(start, end + 1)))
        start = end + 1
      }
      pending = buffer.subarray(start)
      return Buffer.concat(lines)
    },
    endOfStream: isLast => {
      const rest = isLast ? takeLine(pending) : Buffer.alloc(0)
      pending = Buffer.alloc(0)
      repeatedToSkip = linesWithLastStamp
      return rest
    }
  }
}
