import type { V1Probe } from '@kubernetes/client-node'
import { escapeExpansion } from '../pod-template/escape-expansion.ts'

/** Docker's defaults (docs.docker.com/reference/dockerfile/#healthcheck). */
const dockerDefaults = { timeoutSeconds: 30, retries: 3 }
/** Docker's default interval is 30 s; asked that rarely, a service that is ready after 1 s holds the job for half a minute. */
const longestPeriodSeconds = 5

const unitSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600 }

/**
 * A readiness probe of `--health-*`; undefined without `--health-cmd`. The start period has no counterpart: a readiness probe that fails kills nothing,
 * and prepare_job waits until it succeeds.
 */
export function healthProbeOf(health: Readonly<Record<string, string>>): V1Probe | undefined {
  const command = health['--health-cmd']
  if (command === undefined || command === '') return undefined
  const retries = Number(health['--health-retries'])
  return {
    // The kubelet expands $(NAME) here too (pkg/kubelet/prober, ExpandContainerCommandOnlyStatic).
    exec: { command: ['sh', '-c', escapeExpansion(command)] },
    initialDelaySeconds: 0,
    periodSeconds: Math.min(longestPeriodSeconds, secondsOf(health['--health-interval']) ?? longestPeriodSeconds),
    timeoutSeconds: secondsOf(health['--health-timeout']) ?? dockerDefaults.timeoutSeconds,
    failureThreshold: Number.isInteger(retries) && retries > 0 ? retries : dockerDefaults.retries
  }
}

/** Go's durations as Docker takes them: "10s", "1m30s", "500ms"; at least one second, Kubernetes' smallest. "0s" is Docker's default. */
function secondsOf(duration: string | undefined): number | undefined {
  const parts = [...(duration ?? '').matchAll(/(\d*\.?\d+)(ns|us|µs|ms|s|m|h)/g)]
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitSeconds[unit ?? 's'] ?? 1), 0)
  return seconds === 0 ? undefined : Math.max(1, Math.round(seconds))
}
