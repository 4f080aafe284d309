import type { V1Container, V1EnvVar, V1HostAlias, V1PodTemplateSpec } from '@kubernetes/client-node'
import { decodeEntryPointArgs, type HookContainer } from '@k8s-hooks/hooklib'
import { affinityOf } from '../pod-template/node-affinity.ts'
import { escapeExpansion } from '../pod-template/escape-expansion.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { styledTemplate, type PodStyle } from '../pod-template/styled-template.ts'
import { requestedMounts, workMount, workVolume } from '../pod-template/work-mounts.ts'
import { transferContainer } from './transfer-container.ts'

export interface StepPodRequest {
  readonly name: string
  readonly image: string
  readonly container: HookContainer
  readonly runnerPod: RunnerPod
  readonly workFolder: string
  readonly style: PodStyle
  readonly env: readonly V1EnvVar[]
  readonly pullSecretNames: readonly string[]
  readonly hostAliases: readonly V1HostAlias[]
}

export const stepContainerName = 'main'

/**
 * The pod of a container action. The image's own entrypoint is the container's real command: no shell and no tool is needed in the image.
 * No entry point and no args leave ENTRYPOINT and CMD alone; args replace CMD; an entry point replaces both (contract 1.6).
 */
export function stepPodTemplate(request: StepPodRequest): V1PodTemplateSpec {
  const { name, runnerPod, style, pullSecretNames, hostAliases } = request
  const copies = runnerPod.workClaim === undefined
  const { volumes } = mountsOf(request)
  const affinity = affinityOf(runnerPod)
  return styledTemplate(
    style,
    { role: 'step', name, styledContainer: stepContainerName, style: '$step' },
    {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      // Else every Service of the namespace puts its variables into the action's environment.
      enableServiceLinks: false,
      // The action is the last to start: the kubelet writes the pod's hosts file anew for each container, and for a moment it is empty.
      containers: [...(copies ? [transferContainer(request)] : []), mainContainer(request)],
      volumes: [workVolume(runnerPod), ...(copies ? [{ name: 'transfer', emptyDir: {} }] : []), ...volumes],
      ...(affinity === undefined ? {} : { affinity }),
      ...(hostAliases.length === 0 ? {} : { hostAliases: [...hostAliases] }),
      ...(pullSecretNames.length === 0 ? {} : { imagePullSecrets: pullSecretNames.map(secret => ({ name: secret })) })
    }
  )
}

function mainContainer(request: StepPodRequest): V1Container {
  const { image, container, env } = request
  const args = decodeEntryPointArgs(container.entryPointArgs).map(escapeExpansion)
  return {
    name: stepContainerName,
    image,
    env: [...env],
    ...(container.entryPoint === null ? {} : { command: [escapeExpansion(container.entryPoint)] }),
    ...(args.length === 0 ? {} : { args }),
    ...(container.workingDirectory === null ? {} : { workingDir: container.workingDirectory }),
    volumeMounts: [...mountsOf(request).volumeMounts]
  }
}

/** `/__w` is mounted beside what the runner asks for: `github.workspace` in a `with:` is a path of the job container (contract 3). */
function mountsOf({ runnerPod, workFolder, container }: StepPodRequest): ReturnType<typeof requestedMounts> {
  const { volumes, volumeMounts } = requestedMounts(runnerPod, workFolder, [
    ...container.systemMountVolumes,
    ...container.userMountVolumes
  ])
  return { volumes, volumeMounts: [workMount(runnerPod, '', '/__w'), ...volumeMounts] }
}
