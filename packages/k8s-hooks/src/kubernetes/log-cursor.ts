/**
 * The position in a container log whose lines carry timestamps. What a resumed stream repeats is dropped, to the byte:
 * `sinceTime` has a resolution of one second, timestamps one of a nanosecond.
 */
export interface LogCursor {
  /** RFC 3339 start of the next stream; undefined before the first line. */
  readonly sinceTime: () => string | undefined
  /** Takes bytes of a stream and returns what is new in them, without timestamps. A line that is not finished is passed on as far as it is there. */
  readonly accept: (bytes: Buffer) => Buffer
  /** To be called when a stream has ended, whole or not; the next one begins with the second of the last line. */
  readonly endOfStream: () => void
}

/** Where the log was left: in or behind the `line`-th line of those that carry `stamp`. */
interface Position {
  readonly stamp: string
  readonly line: number
  readonly bytes: number
  readonly isWhole: boolean
}

/** What happens to a line that has begun: its first `skip` bytes are dropped. `position` is undefined when it is dropped as a whole. */
interface OpenLine {
  readonly position: Position | undefined
  readonly skip: number
  readonly bytes: number
}

const newline = 0x0a
const blank = 0x20
/** As the kubelet writes them (types.RFC3339NanoFixed); what begins otherwise is a word of the kubelet's own and is shown as it is. */
const stampPattern = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/
const longestStamp = 40

export function createLogCursor(): LogCursor {
  let head: Buffer = Buffer.alloc(0)
  let open: OpenLine | undefined
  let position: Position | undefined
  let resumed: Resumption | undefined

  const beginLine = (stamp: string | undefined): OpenLine => {
    if (stamp === undefined) return { position: undefined, skip: 0, bytes: 0 }
    const repeated = resumed?.judge(stamp)
    if (repeated !== undefined) return repeated
    const line = position?.stamp === stamp ? position.line + 1 : 1
    return { position: { stamp, line, bytes: 0, isWhole: false }, skip: 0, bytes: 0 }
  }
  const takeHead = (bytes: Buffer): Buffer => {
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes])
    const end = head.subarray(0, longestStamp).findIndex(byte => byte === blank || byte === newline)
    if (end < 0 && head.length < longestStamp) return Buffer.alloc(0)
    const word = head.subarray(0, Math.max(end, 0)).toString('latin1')
    const stamp = head[end] === blank && stampPattern.test(word) ? word : undefined
    const rest = stamp === undefined ? head : head.subarray(end + 1)
    open = beginLine(stamp)
    head = Buffer.alloc(0)
    return rest
  }
  const takeBody = (bytes: Buffer, line: OpenLine): { readonly fresh: Buffer; readonly rest: Buffer } => {
    const end = bytes.indexOf(newline)
    const part = end < 0 ? bytes : bytes.subarray(0, end + 1)
    const taken = line.bytes + part.length
    open = end < 0 ? { ...line, bytes: taken } : undefined
    if (line.position !== undefined)
      position = { ...line.position, bytes: Math.max(line.position.bytes, taken), isWhole: end >= 0 }
    return { fresh: part.subarray(Math.max(line.skip - line.bytes, 0)), rest: bytes.subarray(part.length) }
  }
  return {
    sinceTime: () => position?.stamp,
    accept: bytes => {
      const fresh: Buffer[] = []
      let rest = bytes
      while (rest.length > 0) {
        if (open === undefined) rest = takeHead(rest)
        if (open === undefined) break
        const taken = takeBody(rest, open)
        fresh.push(taken.fresh)
        rest = taken.rest
      }
      return Buffer.concat(fresh)
    },
    endOfStream: () => {
      head = Buffer.alloc(0)
      open = undefined
      resumed = position === undefined ? undefined : createResumption(position)
    }
  }
}

interface Resumption {
  /** What to do with a line that the resumed stream repeats; undefined for one that is new. */
  readonly judge: (stamp: string) => OpenLine | undefined
}

function createResumption(left: Position): Resumption {
  let linesOfStamp = 0
  let isBehind = true
  const dropped: OpenLine = { position: undefined, skip: Number.POSITIVE_INFINITY, bytes: 0 }
  return {
    judge: stamp => {
      if (!isBehind) return undefined
      // Fixed width and one time zone: the order of the texts is the order of the times.
      if (stamp < left.stamp) return dropped
      if (stamp === left.stamp) linesOfStamp++
      if (stamp === left.stamp && linesOfStamp < left.line) return dropped
      isBehind = false
      if (stamp !== left.stamp) return undefined
      return left.isWhole ? dropped : { position: left, skip: left.bytes, bytes: 0 }
    }
  }
}
