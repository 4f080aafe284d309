import type { V1EnvVar, V1Pod, V1PodSpec, V1Volume } from '@kubernetes/client-node'
import { HookError, type JobContainer, type PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../config/settings.ts'
import { runFolder } from '../exec/run-folder.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { affinityOf } from '../pod-template/node-affinity.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { styleContainer } from '../pod-template/merge-style.ts'
import { styledTemplate, type PodStyle } from '../pod-template/styled-template.ts'
import { isElsewhere, workMount, workVolume } from '../pod-template/work-mounts.ts'
import { podOptionsOf, type NamedContainer } from './pod-options.ts'
import { requestedContainer, type ContainerAndVolumes } from './requested-container.ts'
import { containerNamesOf, hostNamesOf, hostNamesOfJob, jobContainerName, shortNameOf } from './service-names.ts'

export interface JobPodRequest {
  readonly args: PrepareJobArgs
  readonly runnerPod: RunnerPod
  readonly workFolder: string
  readonly style: PodStyle
  /** By container name: variables that point into Secrets. */
  readonly env: Readonly<Record<string, readonly V1EnvVar[]>>
  readonly pullSecretNames: readonly string[]
  readonly policy: OptionPolicy
}

/** Folder of the runner's Node versions below a shared work folder; filled by the first step that needs one. */
export const sharedExternals = 'externals'
/** Which host names the services of a job pod answer to; container steps read it. */
export const hostNamesAnnotation = 'k8s-hooks/service-host-names'

/** Waits for its children, so that nothing that a step leaves behind becomes a zombie, and ends at once when told to. */
const keepAlive = 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done'

/** One per runner pod: a runner runs one job at a time. */
export function jobPodName(runnerPodName: string): string {
  return objectName(runnerPodName, 'workflow')
}

/** The pod that a job runs in: its container, its services, the work volume. Pure. */
export function jobPodOf(request: JobPodRequest): V1Pod {
  const { args, runnerPod, style } = request
  const names = containerNamesOf(args.services)
  const services = args.services.map((requested, index) => ({ name: names[index] ?? '', requested }))
  const hostNames = hostNamesOfPod(args.container, services)
  const options = podOptionsOf(
    [...(args.container === null ? [] : [{ name: jobContainerName, requested: args.container }]), ...services],
    hostNames
  )
  const template = styledTemplate(
    style,
    { role: 'job', name: jobPodName(runnerPod.name), styledContainer: jobContainerName, style: '$job' },
    { ...podSpecOf(request, services), ...options.spec }
  )
  const annotations = {
    ...options.annotations,
    ...template.metadata?.annotations,
    [hostNamesAnnotation]: hostNames.join(' ')
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, annotations },
    ...(template.spec === undefined ? {} : { spec: template.spec })
  }
}

function hostNamesOfPod(job: JobContainer | null, services: readonly NamedContainer[]): readonly string[] {
  const names = services.flatMap(({ name, requested }) => hostNamesOf(requested, name))
  return [...new Set([...names, ...(job === null ? [] : hostNamesOfJob(job))])]
}

function podSpecOf(request: JobPodRequest, named: readonly NamedContainer[]): V1PodSpec {
  const { args, runnerPod, pullSecretNames } = request
  const job = args.container === null ? [] : [jobContainer(args.container, request)]
  const services = named.map(service => serviceContainer(service, request))
  const containers = [...job, ...services].map(({ container }) => container)
  const work = workVolume(runnerPod)
  const isWorkMounted = containers.some(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === work.name))
  if (isWorkMounted && job.length === 0 && runnerPod.workClaim === undefined) throw emptyFolderRefused()
  const affinity = isWorkMounted ? affinityOf(runnerPod) : undefined
  const volumes = new Map<string, V1Volume>(
    [...(isWorkMounted ? [work] : []), ...[...job, ...services].flatMap(({ volumes: own }) => own)].map(volume => [
      volume.name,
      volume
    ])
  )
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    // Else every Service of the namespace puts its variables into the job's environment.
    enableServiceLinks: false,
    containers,
    volumes: [...volumes.values()],
    ...(affinity === undefined ? {} : { affinity }),
    ...(pullSecretNames.length === 0 ? {} : { imagePullSecrets: pullSecretNames.map(name => ({ name })) })
  }
}

function emptyFolderRefused(): HookError {
  return new HookError('VOLUME_REFUSED', 'A service mounts a folder of the workspace, which its pod does not have.', {
    hint: 'Give the job a container, or the runner a work volume (ARC: containerMode kubernetes).'
  })
}

function jobContainer(requested: JobContainer, request: JobPodRequest): ContainerAndVolumes {
  const { runnerPod, env } = request
  const { container, volumes } = requestedContainer({
    ...request,
    name: jobContainerName,
    requested,
    env: env[jobContainerName] ?? []
  })
  const isShared = runnerPod.workClaim !== undefined
  return {
    container: {
      ...container,
      command: ['sh'],
      args: ['-c', keepAlive],
      workingDir: '/',
      volumeMounts: [
        workMount(runnerPod, '', '/__w'),
        isShared ? workMount(runnerPod, sharedExternals, '/__e') : { name: 'externals', mountPath: '/__e' },
        { name: 'hook', mountPath: runFolder },
        ...(container.volumeMounts ?? [])
      ]
    },
    volumes: [...(isShared ? [] : [{ name: 'externals', emptyDir: {} }]), { name: 'hook', emptyDir: {} }, ...volumes]
  }
}

/**
 * Services see neither the workspace nor the job's files, but for what their own `volumes:` name. A style may name the image as the workflow writes it
 * (`$redis:7`), or by its short name, as for the hooks 0.7.0 and 0.8.1 (`$redis`); the more exact one wins.
 */
function serviceContainer({ name, requested }: NamedContainer, request: JobPodRequest): ContainerAndVolumes {
  const { env, style, workFolder } = request
  const userMountVolumes = requested.userMountVolumes.filter(mount => !isElsewhere(mount, workFolder))
  const { container, volumes } = requestedContainer({
    ...request,
    name,
    requested: { ...requested, systemMountVolumes: [], userMountVolumes },
    env: env[name] ?? []
  })
  const styles = new Set(['$default-service', `$${shortNameOf(requested.image)}`, `$${requested.image}`])
  return {
    container: [...styles].reduce((styled, key) => styleContainer(styled, style.template.styles[key]), container),
    volumes
  }
}
