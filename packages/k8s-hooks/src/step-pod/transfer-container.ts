import type { V1Container } from '@kubernetes/client-node'
import type { PodStyle } from '../pod-template/styled-template.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { workMount } from '../pod-template/work-mounts.ts'
import { transferRights } from './transfer-rights.ts'

export const transferContainerName = 'transfer'
/** Folder of the transfer's own files, beside the work folder and never inside it. */
export const transferFolder = '/__k8s_hooks'
const [staged, abandoned, carrier] = ['staged', 'abandoned', 'carrier']
/** Made when the workspace has arrived. */
export const stagedMarker = `${transferFolder}/${staged}`
/** Made when it never will. */
export const abandonedMarker = `${transferFolder}/${abandoned}`
/** Names the process that carries files, see agent-from-stdin.ts. */
export const carrierPidFile = `${transferFolder}/${carrier}`

/** It ends with its pod, which the hook deletes as soon as it has the results. */
const waitScript = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"

const pauseSeconds = 0.05
/** Longer than a connection takes to be had again. A hook that was killed comes no more, and the kubelet deletes no pod before this script has ended. */
const mostLoneSeconds = 60

/** Ends when the workspace is there; with 1 when it will not come: the hook says so, or nobody has carried files for so long. */
export function gateScript(folder = transferFolder, loneSeconds = mostLoneSeconds): string {
  return `lone=0
until [ -e ${folder}/${staged} ]; do
[ -e ${folder}/${abandoned} ] && exit 1
if read -r pid <${folder}/${carrier} && kill -0 "$pid"; then lone=0; else lone=$((lone+1)); fi 2>/dev/null
[ $lone -gt ${loneSeconds / pauseSeconds} ] && exit 1
sleep ${pauseSeconds}
done`
}

/**
 * Copy mode: receives the workspace before the action starts, and lives until what the action changed has been fetched; see `transferRights`.
 * The kubelet starts no further container before the postStart of one has ended, and starts it at once then: the end of an init container it would
 * notice up to a second later. That is for speed alone, since a kubelet that is started anew skips it. What keeps an action from starting without
 * its workspace is its Secret, which is created after the workspace has arrived.
 */
export function transferContainer({
  runnerPod,
  style
}: {
  readonly runnerPod: RunnerPod
  readonly style: PodStyle
}): V1Container {
  return {
    name: transferContainerName,
    image: runnerPod.image,
    command: ['sh', '-c', waitScript],
    lifecycle: { postStart: { exec: { command: ['sh', '-c', gateScript()] } } },
    securityContext: transferRights(style.template),
    volumeMounts: [workMount(runnerPod, '', '/__w'), { name: 'transfer', mountPath: transferFolder }]
  }
}
