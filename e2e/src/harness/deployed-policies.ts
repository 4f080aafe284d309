import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { kubectl } from './kubectl.ts'

const file = resolve(import.meta.dirname, '../../../deploy/network-policy.yaml')

/** What an operator puts in place of what the file names, word by word. */
export interface PolicyPlaces {
  readonly runnerNamespace: string
  readonly registryNamespace: string
  readonly dnsNamespace: string
  /** Of NodeLocal DNSCache. */
  readonly nodeDns: string
  /** Which the kubelet pulls from. */
  readonly nodeNetwork: string
}

/** Applies deploy/network-policy.yaml as it is but for the places. */
export async function applyDeployedPolicies(places: PolicyPlaces): Promise<void> {
  await kubectl(['apply', '-f', '-'], { input: placed(await readFile(file, 'utf8'), places) })
}

/** Pure. Throws when the file does not name a place. */
function placed(text: string, places: PolicyPlaces): string {
  const words: readonly (readonly [inFile: RegExp, here: string])[] = [
    [/\barc-runners\b/g, places.runnerNamespace],
    [/(?<=namespace: |metadata\.name: )k8s-hooks\b/g, places.registryNamespace],
    [/\bkube-system\b/g, places.dnsNamespace],
    [/\b169\.254\.20\.10\/32/g, places.nodeDns],
    [/(?<=cidr: )10\.0\.0\.0\/8/g, places.nodeNetwork]
  ]
  return words.reduce((before, [inFile, here]) => {
    if (before.search(inFile) < 0) throw new Error(`deploy/network-policy.yaml does not name ${String(inFile)}.`)
    return before.replace(inFile, here)
  }, text)
}
