import { Transform } from 'node:stream'

/** A command that the runner makes an annotation of; a `:` in a property is written `%3A`. */
const annotation = /^([ \t]*::(?:error|warning|notice) (?:[^:\n]*,)?[ ]*file=)\/github\/workspace\//gim
/** The beginning of a line that may become one. */
const beginning = /^[ \t]*(?::(?::[^:]*:?)?)?$/
const longestHeld = 4096
const newline = 0x0a

/**
 * Lets annotations of a container action point at files of the repository. The runner translates paths by the map of the job container, which does
 * not know `/github/workspace` (contract 1.8); without a hook it uses that of the action. Relative paths need no map.
 * Nothing else is changed, and nothing but the beginning of such a command is held back.
 */
export function annotationPaths(): Transform {
  let held: Buffer = Buffer.alloc(0)
  /** The beginning of this line has been passed on. */
  let isWithinLine = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const firstEnd = isWithinLine ? chunk.indexOf(newline) + 1 || chunk.length : 0
      if (firstEnd > 0) {
        this.push(chunk.subarray(0, firstEnd))
        isWithinLine = chunk[firstEnd - 1] !== newline
      }
      const bytes = Buffer.concat([held, chunk.subarray(firstEnd)])
      const tail = bytes.subarray(bytes.lastIndexOf(newline) + 1)
      const isHeld = tail.length < longestHeld && beginning.test(tail.toString('latin1'))
      held = isHeld ? tail : Buffer.alloc(0)
      if (tail.length > 0) isWithinLine = !isHeld
      this.push(withRelativePaths(bytes.subarray(0, bytes.length - held.length)))
      done()
    },
    flush(done) {
      done(null, held)
    }
  })
}

function withRelativePaths(bytes: Buffer): Buffer {
  return bytes.includes('::') ? Buffer.from(bytes.toString('latin1').replace(annotation, '$1'), 'latin1') : bytes
}
