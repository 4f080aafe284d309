import type { V1Container, V1EnvVar, V1Pod } from '@kubernetes/client-node'
import type { JobContainer, PrepareJobArgs } from '@k8s-hooks/hooklib'
import { runFolder } from '../exec/run-folder.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { affinityOf } from '../pod-template/node-affinity.ts'
import type { RunnerPod } from '../pod-template/runner-pod.ts'
import { styleContainer } from '../pod-template/merge-style.ts'
import { styledTemplate, type PodStyle } from '../pod-template/styled-template.ts'
import { requestedMounts, workMount, workVolume } from '../pod-template/work-mounts.ts'
import { requestedContainer } from './requested-container.ts'
import { containerNamesOf, hostNamesOf, jobContainerName, shortNameOf } from './service-names.ts'

export interface JobPodRequest {
  readonly args: PrepareJobArgs
  readonly runnerPod: RunnerPod
  readonly workFolder: string
  readonly style: PodStyle
  /** By container name: variables that point into Secrets. */
  readonly env: Readonly<Record<string, readonly V1EnvVar[]>>
  readonly pullSecretNames: readonly string[]
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
  const { args, runnerPod, style, env, pullSecretNames } = request
  const names = containerNamesOf(args.services)
  const hostNames = [...new Set(args.services.flatMap((service, index) => hostNamesOf(service, names[index] ?? '')))]
  const affinity = affinityOf(runnerPod)
  const job = args.container === null ? undefined : jobContainer(args.container, request)
  const services = args.services.map((service, index) => serviceContainer(names[index] ?? '', service, env, style))
  const template = styledTemplate(
    style,
    { role: 'job', name: jobPodName(runnerPod.name), styledContainer: jobContainerName, style: '$job' },
    {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      // Else every Service of the namespace puts its variables into the job's environment.
      enableServiceLinks: false,
      containers: [...(job === undefined ? [] : [job.container]), ...services],
      volumes: job === undefined ? [] : [...job.volumes],
      ...(affinity === undefined || job === undefined ? {} : { affinity }),
      ...(hostNames.length === 0 ? {} : { hostAliases: [{ ip: '127.0.0.1', hostnames: hostNames }] }),
      ...(pullSecretNames.length === 0 ? {} : { imagePullSecrets: pullSecretNames.map(name => ({ name })) })
    }
  )
  const annotations = { ...template.metadata?.annotations, [hostNamesAnnotation]: hostNames.join(' ') }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, annotations },
    ...(template.spec === undefined ? {} : { spec: template.spec })
  }
}

interface JobContainerAndVolumes {
  readonly container: V1Container
  readonly volumes: NonNullable<NonNullable<V1Pod['spec']>['volumes']>
}

function jobContainer(requested: JobContainer, { runnerPod, workFolder, env }: JobPodRequest): JobContainerAndVolumes {
  const { volumes, volumeMounts } = requestedMounts(runnerPod, workFolder, [
    ...requested.systemMountVolumes,
    ...requested.userMountVolumes
  ])
  const isShared = runnerPod.workClaim !== undefined
  return {
    container: {
      ...requestedContainer(
        jobContainerName,
        { ...requested, entryPoint: 'sh', entryPointArgs: [] },
        env[jobContainerName] ?? []
      ),
      args: ['-c', keepAlive],
      workingDir: '/',
      volumeMounts: [
        workMount(runnerPod, '', '/__w'),
        isShared ? workMount(runnerPod, sharedExternals, '/__e') : { name: 'externals', mountPath: '/__e' },
        { name: 'hook', mountPath: runFolder },
        ...volumeMounts
      ]
    },
    volumes: [
      workVolume(runnerPod),
      ...(isShared ? [] : [{ name: 'externals', emptyDir: {} }]),
      { name: 'hook', emptyDir: {} },
      ...volumes
    ]
  }
}

/**
 * Services see neither the workspace nor the job's files. A style may name the image as the workflow writes it (`$redis:7`), or by its short name,
 * as for the hooks 0.7.0 and 0.8.1 (`$redis`); the more exact one wins.
 */
function serviceContainer(
  name: string,
  service: JobContainer,
  env: JobPodRequest['env'],
  { template }: PodStyle
): V1Container {
  const styles = new Set(['$default-service', `$${shortNameOf(service.image)}`, `$${service.image}`])
  return [...styles].reduce(
    (container, style) => styleContainer(container, template.styles[style]),
    requestedContainer(name, service, env[name] ?? [])
  )
}
