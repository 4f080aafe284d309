import type { V1Probe } from '@kubernetes/client-node'

/** Docker's defaults (docs.docker.com/reference/dockerfile/#healthcheck), in seconds. */
const dockerDefaults = { interval: 30, timeout: 30, retries: 3 }

/** A readiness probe of `--health-*`; undefined without `--health-cmd`. The pod is asked every few seconds at most, so that ready is seen soon. */
export function healthProbeOf(health: Readonly<Record<string, string>>): V1Probe | undefined {
  const command = health['--health-cmd']
  if (command === undefined || command === '') return undefined
  return {
    exec: { command: ['sh', '-c', command] },
    initialDelaySeconds: 0,
    periodSeconds: secondsOf(health['--health-interval'], dockerDefaults.interval),
    timeoutSeconds: secondsOf(health['--health-timeout'], dockerDefaults.timeout),
    failureThreshold: Number(health['--health-retries'] ?? dockerDefaults.retries) || dockerDefaults.retries
  }
}

/** Go's durations as Docker takes them: "10s", "1m30s", "500ms"; at least one second, Kubernetes' smallest. */
function secondsOf(duration: string | undefined, fallback: number): number {
  if (duration === undefined) return fallback
  const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitSeconds[unit ?? 's'] ?? 1), 0)
  return parts.length === 0 ? fallback : Math.max(1, Math.round(seconds))
}
