import type { V1EnvVar, V1Secret } from '@kubernetes/client-node'
import type { JobContainer, PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { Cluster } from '../kubernetes/cluster.ts'
import { objectName } from '../kubernetes/object-name.ts'
import { envSecretOf } from '../pod-template/env-secret.ts'
import { pullSecretOf } from '../pod-template/pull-secret.ts'
import type { PodStyle } from '../pod-template/styled-template.ts'
import type { Logger } from '../support/logger.ts'
import { parseCreateOptions } from './create-options.ts'
import { containerNamesOf, jobContainerName } from './service-names.ts'

export interface JobSecretsRequest {
  readonly args: PrepareJobArgs
  readonly style: PodStyle
  readonly cluster: Pick<Cluster, 'secrets'>
  readonly logger: Logger
}

export interface JobSecrets {
  readonly env: Readonly<Record<string, readonly V1EnvVar[]>>
  readonly pullSecretNames: readonly string[]
}

/** Creates the Secrets that hold environments and registry credentials of the job's containers. */
export async function createJobSecrets(request: JobSecretsRequest, signal: AbortSignal): Promise<JobSecrets> {
  const { args, style, cluster, logger } = request
  const { identity } = style
  const names = containerNamesOf(args.services)
  const containers: readonly (readonly [string, JobContainer])[] = [
    ...(args.container === null ? [] : [[jobContainerName, args.container] as const]),
    ...args.services.map((service, index) => [names[index] ?? '', service] as const)
  ]
  const env: Record<string, readonly V1EnvVar[]> = {}
  const secrets: V1Secret[] = []
  const pullSecretNames: string[] = []
  for (const [name, container] of containers) {
    const own = envSecretOf(identity, objectName(identity.runnerPodName, `env-${name}`), environmentOf(container))
    env[name] = own.env
    if (own.secret !== undefined) secrets.push(own.secret)
    for (const refused of own.refusedNames)
      logger.warning(`Kubernetes has no environment variable named "${refused}"; ${container.image} goes without it.`)
    if (container.registry !== null) {
      const pullSecretName = objectName(identity.runnerPodName, `pull-${name}`)
      pullSecretNames.push(pullSecretName)
      secrets.push(pullSecretOf(identity, pullSecretName, container.registry))
    }
  }
  await Promise.all(secrets.map(secret => cluster.secrets.create(secret, signal)))
  return { env, pullSecretNames }
}

/**
 * GITHUB_ACTIONS and CI are the hook's to add, CI only where the author has not set it (contract 1.3).
 * `env:` wins over `-e` of the options: the runner writes it behind them, and Docker takes the last.
 */
function environmentOf(container: JobContainer): Readonly<Record<string, string>> {
  return {
    CI: 'true',
    ...parseCreateOptions(container).env,
    ...container.environmentVariables,
    GITHUB_ACTIONS: 'true'
  }
}
