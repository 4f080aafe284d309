import { mostCutsInARow } from './cut-limit.ts'

/** So long may a busy container runtime take from making a container to running it. */
const graceMs = 30_000

/** In the words of the kubelet, and of containerd and CRI-O for a container that is made and does not run yet. */
const notYet =
  /container not found|pod does not exist|container is in CONTAINER_\w+ state|container is not (?:created or )?running/i

/**
 * For who tries to reach a container before the kubelet says that it runs. Told why an exec broke, it says whether to give up: never while there
 * is no container (the pod's status tells what may be wrong with that), else after so many breaks in so much time that no start explains them.
 */
export function createStartPatience(now: () => number = Date.now): (reason: string) => boolean {
  let cuts = 0
  let firstMs: number | undefined
  return reason => {
    if (notYet.test(reason)) return false
    firstMs ??= now()
    return ++cuts > mostCutsInARow && now() - firstMs >= graceMs
  }
}
