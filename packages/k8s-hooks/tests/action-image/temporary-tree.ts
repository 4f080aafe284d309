import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A path maps to its content, a `{link}`, or a file with `{mode}`; a path that ends in "/" is an empty directory. */
export type Tree = Readonly<Record<string, string | { readonly link: string } | { readonly mode: number }>>

/** Makes a tree in a directory of its own and gives that directory to `use`; removes it afterwards. */
export async function inTree<T>(tree: Tree, use: (root: string) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'action-image-')))
  try {
    for (const [path, content] of Object.entries(tree)) await make(join(root, path), content)
    return await use(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function make(path: string, content: Tree[string]): Promise<void> {
  await mkdir(path.endsWith('/') ? path : dirname(path), { recursive: true })
  if (path.endsWith('/')) return
  if (typeof content !== 'string' && 'link' in content) {
    await symlink(content.link, path)
    return
  }
  await writeFile(path, typeof content === 'string' ? content : '')
  if (typeof content !== 'string') await chmod(path, content.mode)
}
