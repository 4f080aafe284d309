import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileLayer, fileStamp, placeFile } from './file-layer.ts'

const program = '/bin/busybox'

/** The image without bash and without the C library: one static program under many names. */
export const busyboxLayer = fileLayer({
  what: 'busybox',
  inputs: async () => ({ program: await fileStamp(program) }),
  fill: async (root, { host }) => {
    await placeFile(root, program, program)
    const listing = await host.run(program, ['--list'])
    // Its own name is among them; a link would replace the program.
    const names = listing.split('\n').filter(name => name !== '' && name !== 'busybox')
    for (const name of names) await symlink('busybox', join(root, 'bin', name))
    for (const directory of ['tmp', 'root', 'etc', 'usr/bin']) await mkdir(join(root, directory), { recursive: true })
    await chmod(join(root, 'tmp'), 0o1777)
    await symlink('../../bin/env', join(root, 'usr/bin/env'))
  }
})
