import { HookError } from '@k8s-hooks/hooklib'
import { errorCodeOf } from './error-code.ts'
import { readableOf, type BytePath } from './byte-path.ts'

export interface SyncPlace {
  readonly podName: string
  readonly container: string
  readonly direction: 'into' | 'out of'
  /** Where the sync was; undefined before the first path. */
  readonly path: BytePath | undefined
}

/** The error that ends a hook whose files did not arrive. */
export function syncFailed(cause: unknown, { podName, container, direction, path }: SyncPlace): HookError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const at = path === undefined ? '' : ` at ${readableOf(path)}`
  return new HookError(
    'WORKSPACE_SYNC_FAILED',
    `The work directory could not be copied ${direction} pod ${podName}${at}: ${reason}`,
    { hint: hintFor(`${errorCodeOf(cause) ?? ''} ${reason}`, { podName, container }), cause }
  )
}

function hintFor(reason: string, { podName, container }: Pick<SyncPlace, 'podName' | 'container'>): string {
  if (reason.includes('ENOSPC'))
    return "A disk is full: look at the size limit of the pod's volumes and at the runner's own disk."
  if (/exit code 137|OOM/.test(reason)) return `Raise the memory limit of container ${container} in the hook template.`
  if (/EACCES|EPERM/.test(reason))
    return `The user of container ${container} may not write there; a step may have changed the owner.`
  return `kubectl describe pod ${podName}`
}
