import { Readable } from 'node:stream'
import type { BuildRequest } from '../../src/builder/builder.ts'

export const handle = '11111111-2222-4333-8444-555555555555'

/** A build of a small context, but for what the test says. */
export function buildRequest(request: Partial<BuildRequest> = {}): BuildRequest {
  return {
    handle,
    destination: { registry: 'registry.test:5000', repository: `k8s-hooks/${handle}`, tag: handle },
    context: { openTar: () => Readable.from([Buffer.from('tar')]), sha256: 'a'.repeat(64), bytes: 2048, entryCount: 3 },
    dockerfilePath: 'Dockerfile',
    origin: '0123456789abcdef',
    ignoreFilePath: undefined,
    ...request
  }
}
