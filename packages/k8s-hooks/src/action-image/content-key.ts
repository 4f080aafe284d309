import { createHash } from 'node:crypto'
import type { BuildContext } from '../builder/builder.ts'
import type { BuilderSettings } from '../config/settings.ts'

/** Equal for two builds of which one may stand for the other: same files, same Dockerfile, same builder. Hex digits. */
export function contentKey(
  context: Pick<BuildContext, 'sha256'>,
  dockerfilePath: string,
  { kind, image }: Pick<BuilderSettings, 'kind' | 'image'>
): string {
  return createHash('sha256')
    .update(JSON.stringify([1, kind, image, dockerfilePath, context.sha256]))
    .digest('hex')
}
