import { createHash } from 'node:crypto'
import { join, relative } from 'node:path'
import { isInside, realRoots } from './confine.ts'
import type { LocatedDockerfile } from './locate.ts'

/** Names a Dockerfile by its place in the work directory, which is the same in each job. Hex digits. */
export async function originOf(
  { contextRoot, dockerfilePath }: Pick<LocatedDockerfile, 'contextRoot' | 'dockerfilePath'>,
  roots: readonly string[]
): Promise<string> {
  const root = (await realRoots(roots)).find(candidate => isInside(contextRoot, [candidate])) ?? '/'
  const path = join(relative(root, contextRoot), dockerfilePath)
  return createHash('sha256').update(path).digest('hex').slice(0, 16)
}
