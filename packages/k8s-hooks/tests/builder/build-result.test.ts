import { describe, expect, it } from '@jest/globals'
import type { V1ContainerStateTerminated } from '@kubernetes/client-node'
import type { BuildLogSummary } from '../../src/builder/build-log.ts'
import { digestOf } from '../../src/builder/build-result.ts'
import type { RegistrySettings } from '../../src/config/settings.ts'
import { registrySettings } from '../registry/registry-settings.ts'

const [digest, other] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`]

interface Ended {
  readonly terminated: V1ContainerStateTerminated
  readonly log?: Partial<BuildLogSummary>
  readonly podReason?: string
  readonly pushedApart?: boolean
  readonly registry?: Partial<RegistrySettings>
}

function read({ terminated, podReason, pushedApart = false, log = {}, registry = {} }: Ended): string | undefined {
  const nothing = {
    lastError: undefined,
    lastStep: undefined,
    baseMissing: undefined,
    pushedDigest: undefined,
    pushMs: undefined
  }
  return digestOf({
    builderName: 'Kaniko',
    terminated,
    podReason,
    pushedApart,
    log: { ...nothing, ...log },
    registry: registrySettings(registry)
  })
}

describe('digestOf', () => {
  it.each([
    { title: 'the termination message', message: digest, pushedDigest: other, found: digest },
    {
      title: 'the termination message with a line end',
      message: `${digest}\n`,
      pushedDigest: undefined,
      found: digest
    },
    { title: 'the log where the message was overwritten', message: 'sha256:forged', pushedDigest: other, found: other },
    { title: 'the log where there is no message', message: undefined, pushedDigest: other, found: other },
    { title: 'nowhere', message: '', pushedDigest: undefined, found: undefined }
  ])('finds the digest in $title', ({ message, pushedDigest, found }) => {
    const terminated = { exitCode: 0, ...(message === undefined ? {} : { message }) }
    expect(read({ terminated, log: { pushedDigest } })).toBe(found)
  })

  it('believes no digest of a container that failed: Kaniko writes it before it pushes', () => {
    const ended = { terminated: { exitCode: 1, message: digest }, log: { pushedDigest: digest } }
    expect(() => read(ended)).toThrow(
      expect.objectContaining({
        code: 'BUILD_FAILED',
        message: 'The image could not be built: Kaniko ended with exit code 1'
      })
    )
  })

  it.each([
    {
      title: 'a failing RUN',
      exitCode: 3,
      log: {
        lastStep: { text: 'RUN exit 3', line: 4 },
        lastError: 'error building image: error building stage: exit status 3'
      },
      code: 'BUILD_FAILED',
      message:
        'The image could not be built: Kaniko ended with exit code 3 at line 4 of the Dockerfile, "RUN exit 3": error building image: error building stage: exit status 3',
      hint: /folded log/
    },
    {
      title: 'a container out of memory',
      exitCode: 137,
      reason: 'OOMKilled',
      log: { lastStep: { text: 'RUN make', line: undefined } },
      code: 'BUILD_FAILED',
      message: 'The image could not be built: Kaniko ended with exit code 137 (OOMKilled) at "RUN make"',
      hint: /memory limit/
    },
    {
      title: 'a RUN that was killed while the builder lives on',
      exitCode: 255,
      log: { lastError: 'error building image: waiting for process to exit: signal: killed' },
      code: 'BUILD_FAILED',
      hint: /memory limit/
    },
    {
      title: 'a pod that the kubelet ended for its use of disk',
      exitCode: 137,
      podReason: 'Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
      log: { lastStep: { text: 'RUN dd', line: 2 }, lastError: 'old words' },
      code: 'BUILD_FAILED',
      message:
        'The image could not be built: Kaniko ended with exit code 137 at line 2 of the Dockerfile, "RUN dd": Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
      hint: /limit of ephemeral-storage of \$builder/
    },
    {
      title: 'a pod that Kubernetes ended for another reason',
      podReason: 'Preempting: for a more important pod',
      code: 'BUILD_FAILED',
      message: 'The image could not be built: Kaniko ended with exit code 1: Preempting: for a more important pod',
      hint: /the message says why/
    },
    {
      title: 'an error that names the instruction itself',
      log: {
        lastStep: { text: 'RUN make', line: 7 },
        lastError: 'Error: building at STEP "RUN make": while running runtime: exit status 2'
      },
      code: 'BUILD_FAILED',
      message:
        'The image could not be built: Kaniko ended with exit code 1 at line 7 of the Dockerfile: building at STEP "RUN make": while running runtime: exit status 2',
      hint: /folded log/
    },
    {
      title: 'a registry without room',
      pushedApart: true,
      log: { lastError: 'Error: pushing image: PUT https://x/v2/: UNKNOWN: no space left on device' },
      code: 'BUILD_FAILED',
      message:
        'The image could not be pushed: Kaniko ended with exit code 1: pushing image: PUT https://x/v2/: UNKNOWN: no space left on device',
      hint: /has no room for the image/
    },
    {
      title: 'a registry that fails where an answer has no words',
      pushedApart: true,
      log: {
        lastError:
          'Error: pushing image: HEAD http://x/v2/a/blobs/sha256:b: unexpected status code 500 Internal Server Error (HEAD responses have no body, use GET for details)'
      },
      code: 'BUILD_FAILED',
      hint: /Often its disk is full/
    },
    {
      title: 'a disk without room',
      log: { lastError: 'error building image: write /a: no space left on device' },
      code: 'BUILD_FAILED',
      hint: /disk of the node/
    },
    {
      title: 'a base image of another platform',
      log: { lastError: 'error building image: no child with platform linux/s390x in index docker.io/library/debian' },
      code: 'BASE_IMAGE_NOT_FOUND',
      hint: /not for this platform/
    },
    {
      title: 'a program of another platform',
      log: { lastError: 'error building image: starting command: fork/exec /bin/sh: exec format error' },
      code: 'BUILD_FAILED',
      hint: /another architecture/
    },
    {
      title: 'a proxy that wants a password',
      log: {
        lastError: 'error building image: Get "https://registry.test:5000/v2/": Proxy Authentication Required'
      },
      code: 'REGISTRY_UNREACHABLE',
      hint: /HTTPS_PROXY.*user and password/
    },
    {
      title: 'a proxy that is not there',
      log: { lastError: 'error pushing image: Get "https://x/v2/": proxyconnect tcp: dial tcp: connection refused' },
      code: 'REGISTRY_UNREACHABLE',
      hint: /HTTPS_PROXY/
    },
    {
      title: 'a push without rights',
      log: {
        lastError:
          'error checking push permissions -- x: POST https://registry.test:5000/v2/: UNAUTHORIZED: authentication required'
      },
      registry: { secretName: 'push' },
      code: 'BUILD_FAILED',
      hint: /^The Secret push has no credentials for registry\.test:5000/
    },
    {
      title: 'a push without credentials',
      log: { lastError: 'error pushing image: status code 403 Forbidden' },
      code: 'BUILD_FAILED',
      hint: /ACTIONS_RUNNER_CONTAINER_HOOKS_REGISTRY_SECRET_NAME/
    },
    {
      title: 'a registry that is not there',
      log: {
        lastError:
          'error checking push permissions -- x: Get "http://registry.test:5000/v2/": dial tcp: connect: connection refused'
      },
      code: 'REGISTRY_UNREACHABLE',
      hint: /REGISTRY_HOST.*registry\.test:5000/
    },
    {
      title: 'a registry that no name server knows',
      log: {
        lastError:
          'error pushing image: Get "https://registry.test:5000/v2/": dial tcp: lookup registry.test: no such host'
      },
      code: 'REGISTRY_UNREACHABLE',
      hint: /REGISTRY_HOST/
    },
    {
      title: 'a base image that is not there',
      log: {
        lastError:
          'error building image: GET https://index.docker.io/v2/library/debian/manifests/nope: MANIFEST_UNKNOWN: manifest unknown'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      hint: /FROM/
    },
    {
      title: 'a base image whose repository is not there',
      log: {
        lastError:
          'Error: creating build container: reading manifest 1 in docker.io/acme/x: requested access to the resource is denied'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      message:
        'The image could not be built: Kaniko ended with exit code 1: creating build container: reading manifest 1 in docker.io/acme/x: requested access to the resource is denied',
      hint: /FROM/
    },
    {
      title: 'a base image that BuildKit does not find',
      log: {
        lastError:
          'Error: nope:1: failed to resolve source metadata for docker.io/library/nope:1: docker.io/library/nope:1: not found'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      hint: /FROM/
    },
    {
      title: 'a base image that BuildKit may not pull',
      log: {
        lastError:
          'Error: acme/x: failed to resolve source metadata for docker.io/acme/x:latest: pull access denied, repository does not exist or may require authorization'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      hint: /FROM/
    },
    {
      title: 'a base image that BuildKit does not find for the platform',
      log: {
        lastError:
          'Error: debian: failed to resolve source metadata for docker.io/library/debian:latest: no match for platform in manifest: not found'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      hint: /architecture of the node/
    },
    {
      title: 'a node that lets nobody make a user namespace',
      log: { lastError: 'Error: BuildKit did not start: [rootlesskit:parent] error: operation not permitted' },
      code: 'BUILD_FAILED',
      hint: /user namespaces/
    },
    {
      title: 'a base image that the mirror lacks and Docker Hub is not asked for in vain',
      log: {
        baseMissing: 'warning: Failed to retrieve image m/debian:nope from remapped registry m: MANIFEST_UNKNOWN',
        lastError: 'error building image: Get "https://index.docker.io/v2/": dial tcp: i/o timeout'
      },
      code: 'BASE_IMAGE_NOT_FOUND',
      message:
        'The image could not be built: Kaniko ended with exit code 1: Failed to retrieve image m/debian:nope from remapped registry m: MANIFEST_UNKNOWN',
      hint: /FROM/
    },
    {
      title: 'a registry of base images that is not there',
      log: { lastError: 'error building image: Get "https://index.docker.io/v2/": dial tcp: i/o timeout' },
      code: 'REGISTRY_UNREACHABLE',
      hint: /REGISTRY_MIRRORS/
    },
    {
      title: 'a log that was lost',
      terminationMessage: 'STEP 1\n  some last line  \n\n',
      code: 'BUILD_FAILED',
      message: 'The image could not be built: Kaniko ended with exit code 1: some last line',
      hint: /folded log/
    }
  ])('explains $title', ({ exitCode = 1, reason = 'Error', terminationMessage, code, message, hint, ...ended }) => {
    const terminated = {
      exitCode,
      reason,
      ...(terminationMessage === undefined ? {} : { message: terminationMessage })
    }
    const error = expect.objectContaining({
      code,
      hint: expect.stringMatching(hint),
      ...(message === undefined ? {} : { message })
    })
    expect(() => read({ terminated, ...ended })).toThrow(error)
  })

  it.each([
    {
      // The stand-in's, whose registry library is Kaniko's.
      builder: 'Kaniko',
      lastError:
        'error pushing image: failed to push to destination registry.test:5000/i:t: POST http://registry.test:5000/v2/: UNKNOWN: unknown error; map[DriverName:filesystem Enclosed:map[Err:28 Op:write]]',
      hint: /^registry\.test:5000 has no room/
    },
    {
      builder: 'Buildah',
      lastError:
        'Error: pushing image "registry.test:5000/i:t": writing blob: initiating layer upload: received unexpected HTTP status: 500 Internal Server Error',
      hint: /^registry\.test:5000 itself failed.* its disk is full/
    },
    {
      builder: 'BuildKit',
      lastError: 'Error: failed to push registry.test:5000/i:t: unknown: unknown error',
      hint: /^registry\.test:5000 itself failed.* its disk is full/
    }
  ])('explains a registry whose disk is full, in the words of $builder', ({ lastError, hint }) => {
    const message = expect.stringMatching(/^The image could not be pushed: /)
    expect(() => read({ terminated: { exitCode: 1, reason: 'Error' }, log: { lastError } })).toThrow(
      expect.objectContaining({ code: 'BUILD_FAILED', message, hint: expect.stringMatching(hint) })
    )
  })

  it('keeps a long instruction short', () => {
    const ended = {
      terminated: { exitCode: 1 },
      log: { lastStep: { text: `RUN ${'x'.repeat(500)}`, line: undefined } }
    }
    expect(() => read(ended)).toThrow(/at "RUN x{115}…"$/)
  })
})
