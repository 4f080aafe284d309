import type { V1ResourceRequirements } from '@kubernetes/client-node'

type Amounts = Readonly<Record<string, unknown>>

/**
 * Resources in which no request is above its limit, which the API server would refuse. `merged` is ours with the operator's over it:
 * where the two meet in such a pair, his stands and ours follows. A pair that is his alone stays as he wrote it.
 */
export function fitResources(merged: V1ResourceRequirements, theirs: V1ResourceRequirements): V1ResourceRequirements {
  const limits: Amounts = merged.limits ?? {}
  const requests: Amounts = merged.requests ?? {}
  const isTheirs = (side: Amounts | undefined, name: string): boolean => (side?.[name] ?? null) !== null
  const unfit = Object.keys(requests).filter(
    name =>
      amountOf(requests[name]) > amountOf(limits[name]) &&
      !(isTheirs(theirs.limits, name) && isTheirs(theirs.requests, name))
  )
  if (unfit.length === 0) return merged
  const lowered = unfit.filter(name => isTheirs(theirs.limits, name)).map(name => [name, limits[name]] as const)
  const raised = unfit.filter(name => !isTheirs(theirs.limits, name)).map(name => [name, requests[name]] as const)
  return {
    ...merged,
    limits: { ...merged.limits, ...textsOf(raised) },
    requests: { ...merged.requests, ...textsOf(lowered) }
  }
}

function textsOf(amounts: readonly (readonly [string, unknown])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(amounts.map(([name, amount]) => [name, String(amount)]))
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60
}

/** A quantity as Kubernetes writes it; NaN, which no comparison meets, for what is none. */
function amountOf(quantity: unknown): number {
  const match = /^\+?(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)([numkMGTPE]?i?)$/.exec(String(quantity))
  return Number(match?.[1]) * (factors[match?.[2] ?? ''] ?? NaN)
}
