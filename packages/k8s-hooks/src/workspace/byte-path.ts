/** A relative path as its raw bytes, one character (U+0000 to U+00FF) per byte, so that names that are not UTF-8 survive. "" is the root. */
export type BytePath = string

export const bytesOf = (path: BytePath): Buffer => Buffer.from(path, 'latin1')

/** The path for a function of node:fs. Where the text says the same, no buffer is made of it: trees are listed faster so. */
export const fsPathOf = (path: BytePath): string | Buffer => (/[^\x00-\x7f]/.test(path) ? bytesOf(path) : path)

export const toBytePath = (text: string): BytePath => Buffer.from(text, 'utf8').toString('latin1')

/** For messages; bytes that are not UTF-8 become U+FFFD. */
export const readableOf = (path: BytePath): string => bytesOf(path).toString('utf8')

export const parentOf = (path: BytePath): BytePath => path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const nameOf = (path: BytePath): BytePath => path.slice(path.lastIndexOf('/') + 1)

export const joinBytePath = (parent: BytePath, name: BytePath): BytePath => (parent === '' ? name : `${parent}/${name}`)

/** Whether `path` is `ancestor` itself or lies below it. */
export const isWithin = (path: BytePath, ancestor: BytePath): boolean =>
  ancestor === '' || path === ancestor || (path.startsWith(ancestor) && path[ancestor.length] === '/')

/** What is no byte, and a part between slashes that is empty, "." or "..". */
const unacceptable = /[^\x01-\xff]|(?:^|\/)\.{0,2}(?:\/|$)/

/** True for a relative path that stays below its root by its text alone; links on the way are checked where it is used. */
export function isBytePath(value: unknown): value is BytePath {
  return typeof value === 'string' && value.length <= 4096 && !unacceptable.test(value)
}
