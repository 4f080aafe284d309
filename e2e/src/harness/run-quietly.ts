import { execFile } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')

/** Runs a program of the repository, silent unless it fails; says how long it took. Resolves with its exit code. */
export async function runQuietly(title: string, command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command
  const startedMs = Date.now()
  return await new Promise(done => {
    execFile(program, args, { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      console.log(
        `${title}: ${error === null ? 'done' : 'failed'} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`
      )
      if (error !== null) console.log(stdout + stderr)
      done(error === null ? 0 : 1)
    })
  })
}
