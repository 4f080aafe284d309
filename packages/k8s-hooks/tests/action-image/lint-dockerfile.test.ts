import { describe, expect, it } from '@jest/globals'
import { lintDockerfile } from '../../src/action-image/lint-dockerfile.ts'

const lines = (...text: readonly string[]): string => text.join('\n')

describe('lintDockerfile', () => {
  it.each([
    {
      title: 'an unknown instruction',
      text: lines('FROM a', '', 'RUNN x'),
      message: 'Line 3 of the Dockerfile: "RUNN" is not an instruction.'
    },
    {
      title: 'prose',
      text: 'This is no Dockerfile',
      message: 'Line 1 of the Dockerfile: "This" is not an instruction.'
    },
    {
      title: 'an instruction without arguments',
      text: lines('FROM a', 'COPY'),
      message: 'Line 2 of the Dockerfile: COPY has no argument.'
    },
    {
      title: 'a step before FROM',
      text: lines('ARG A=1', 'RUN x', 'FROM a'),
      message: 'Line 2 of the Dockerfile: RUN stands before the first FROM.'
    },
    { title: 'no FROM', text: lines('# only a comment', 'ARG A=1'), message: 'The Dockerfile has no FROM.' }
  ])('refuses $title', ({ text, message }) => {
    expect(() => lintDockerfile(text, 'kaniko')).toThrow(
      expect.objectContaining({ code: 'DOCKERFILE_INVALID', message })
    )
  })

  it.each([
    { title: 'COPY', step: 'COPY ../secret /x', path: '../secret' },
    { title: 'COPY of several', step: 'COPY a b/../../c /x/', path: 'b/../../c' },
    { title: 'COPY with flags', step: 'COPY --chown=1:1 ../.docker/config.json /x', path: '../.docker/config.json' },
    { title: 'COPY in JSON', step: 'COPY ["../my file", "/x"]', path: '../my file' },
    { title: 'COPY in quotes', step: 'COPY "../a" /x', path: '../a' },
    { title: 'ADD', step: 'ADD ./../a /x', path: './../a' },
    { title: 'a variable', step: lines('ARG UP=..', 'COPY ${UP}/a /x'), path: '../a', line: 3 },
    { title: 'a default', step: 'COPY ${NOWHERE:-..}/a /x', path: '../a' },
    { title: 'RUN --mount', step: 'RUN --mount=type=bind,source=../a,target=/a cat /a', path: '../a' },
    { title: 'ONBUILD', step: 'ONBUILD COPY ../a /x', path: '../a' },
    { title: 'a continued line', step: lines('COPY \\', '  ../a \\', '  /x'), path: '../a' }
  ])('refuses $title that takes a file from outside the context', ({ step, path, line = 2 }) => {
    for (const kind of ['kaniko', 'buildah'] as const)
      expect(() => lintDockerfile(lines('FROM a', step), kind)).toThrow(
        expect.objectContaining({
          code: 'DOCKERFILE_LEAKS_CONTEXT',
          message: `Line ${line} of the Dockerfile takes ${path}, which is outside its directory.`
        })
      )
  })

  it.each([
    'COPY --from=image ../a /x',
    'COPY a ../x',
    'COPY a/../b /x',
    'COPY a.. ..b /x/',
    'ADD https://example.com/../a /x',
    'RUN --mount=type=bind,from=build,source=../a,target=/a true',
    'RUN --mount=type=cache,source=../a,target=/a true',
    'RUN cat ../a',
    lines('COPY <<EOF /x', '../a', 'EOF'),
    lines('RUN <<EOF', 'COPY ../a /x', 'NOT_AN_INSTRUCTION', 'EOF')
  ])('accepts %s', step => {
    expect(lintDockerfile(lines('FROM a', step), 'buildah')).toEqual([])
  })

  it('has nothing to say about an ordinary Dockerfile', () => {
    const text = lines(
      '# syntax=docker/dockerfile:1.7',
      'ARG TAG=bookworm',
      'FROM --platform=$BUILDPLATFORM debian:${TAG} AS build',
      'RUN --mount=type=cache,target=/root/.cache make',
      'FROM debian',
      'copy --from=build --chown=1:1 --chmod=755 --link /a /b',
      'VOLUME /data',
      'ENV A=1 B=2',
      'HEALTHCHECK NONE',
      'USER app',
      'ENTRYPOINT ["/b"]'
    )
    expect(lintDockerfile(text, 'kaniko')).toEqual([])
  })

  it.each([
    {
      step: 'FROM --platform=linux/arm64 b',
      text: 'Kaniko does not emulate other processors: RUN works only if the node is linux/arm64'
    },
    { step: 'COPY --parents a/b /x', text: 'Kaniko ignores --parents: the files land in one directory' },
    { step: 'COPY --exclude=*.log . /x', text: 'Kaniko ignores --exclude: everything is copied' },
    {
      step: 'ADD --checksum=sha256:1 https://example.com/a /a',
      text: 'Kaniko ignores --checksum: nothing is verified'
    },
    {
      step: 'ADD https://github.com/o/r.git#main /a',
      text: 'Kaniko does not clone: the address is downloaded as a file'
    },
    { step: 'COPY a /kaniko/a', text: 'Kaniko leaves out what is copied to /kaniko' },
    { step: 'COPY ["a", "/var/run/a"]', text: 'Kaniko leaves out what is copied to /var/run' },
    { step: 'RUN --mount=type=ssh git clone x', text: 'Kaniko ignores --mount=type=ssh' },
    { step: 'RUN --mount=type=tmpfs,target=/t true', text: 'Kaniko ignores --mount=type=tmpfs' },
    { step: 'RUN --mount=from=build,target=/t true', text: 'Kaniko ignores --mount with from=: the files are missing' },
    { step: 'RUN --network=none true', text: 'Kaniko ignores --network' },
    { step: 'RUN --security=insecure true', text: 'Kaniko ignores --security' }
  ])('warns of $step for Kaniko, and not for Buildah', ({ step, text }) => {
    expect(lintDockerfile(lines('FROM a', step), 'kaniko')).toEqual([{ line: 2, text }])
    expect(lintDockerfile(lines('FROM a', step), 'buildah')).toEqual([])
  })

  it('warns of a foreign frontend and of what is written into a volume', () => {
    const text = lines(
      '# syntax=acme/frontend:1',
      'FROM a',
      'VOLUME ["/data", "/cache"]',
      'RUN touch /cache/x',
      'FROM b',
      'RUN touch /cache/x'
    )
    expect(lintDockerfile(text, 'kaniko')).toEqual([
      { line: 1, text: 'Kaniko ignores the frontend acme/frontend:1' },
      { line: 4, text: 'Kaniko drops what is written below /cache after VOLUME /cache' }
    ])
  })
})
