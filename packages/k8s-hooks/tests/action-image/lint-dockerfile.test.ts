import { describe, expect, it } from '@jest/globals'
import { lintDockerfile } from '../../src/action-image/lint-dockerfile.ts'

const kaniko = { kind: 'kaniko', image: 'ghcr.io/osscontainertools/kaniko:v1.28.3' } as const
const buildah = { kind: 'buildah', image: 'quay.io/containers/buildah:v1.43.2' } as const

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
    expect(() => lintDockerfile(text, kaniko)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_INVALID', message }))
  })

  it.each([
    { title: 'COPY', step: 'COPY ../secret /x', path: '../secret' },
    { title: 'COPY of several', step: 'COPY a b/../../c /x/', path: 'b/../../c' },
    { title: 'COPY with flags', step: 'COPY --chown=1:1 ../.docker/config.json /x', path: '../.docker/config.json' },
    { title: 'COPY in JSON', step: 'COPY ["../my file", "/x"]', path: '../my file' },
    { title: 'COPY in quotes', step: 'COPY "../a" /x', path: '../a' },
    { title: 'ADD', step: 'ADD ./../a /x', path: './../a' },
    { title: 'a variable', step: lines('ARG UP=..', 'COPY ${UP}/a /x'), path: '../a', line: 3 },
    {
      title: 'a variable of variables',
      step: lines('ARG DOT=.', 'ARG UP=$DOT.', 'COPY $UP/a /x'),
      path: '../a',
      line: 4
    },
    { title: 'a variable without a value', step: 'COPY $NOTHING../a /x', path: '$NOTHING../a' },
    { title: 'an alternate', step: 'COPY ${NOTHING:+b}../a /x', path: '${NOTHING:+b}../a' },
    { title: 'quotes in the middle', step: 'COPY ."."/a /x', path: '."."/a' },
    { title: 'an escaped dot', step: 'COPY .\\./a /x', path: '../a' },
    { title: 'a default', step: 'COPY ${NOWHERE:-..}/a /x', path: '../a' },
    { title: 'RUN --mount', step: 'RUN --mount=type=bind,source=../a,target=/a cat /a', path: '../a' },
    { title: 'ONBUILD', step: 'ONBUILD COPY ../a /x', path: '../a' },
    { title: 'a continued line', step: lines('COPY \\', '  ../a \\', '  /x'), path: '../a' }
  ])('refuses $title that takes a file from outside the context', ({ step, path, line = 2 }) => {
    for (const builder of [kaniko, buildah])
      expect(() => lintDockerfile(lines('FROM a', step), builder)).toThrow(
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
    expect(lintDockerfile(lines('FROM a', step), buildah)).toEqual([])
  })

  it.each(['COPY --from=build ../../.docker/config.json /x', 'ONBUILD COPY --from=build ../a /x'])(
    'refuses %s for Kaniko, whose folder of stages it leads out of; for Buildah a stage has nothing above its root',
    step => {
      const text = lines('FROM a AS build', 'FROM b', step)
      expect(() => lintDockerfile(text, kaniko)).toThrow(expect.objectContaining({ code: 'DOCKERFILE_LEAKS_CONTEXT' }))
      expect(lintDockerfile(text, buildah)).toEqual([])
    }
  )

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
    expect(lintDockerfile(text, kaniko)).toEqual([])
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
    { step: 'COPY ["a", "/kaniko/a"]', text: 'Kaniko leaves out what is copied to /kaniko' },
    { step: 'RUN --mount=type=ssh git clone x', text: 'Kaniko ignores --mount=type=ssh' },
    { step: 'RUN --mount=type=tmpfs,target=/t true', text: 'Kaniko ignores --mount=type=tmpfs' },
    { step: 'RUN --mount=from=build,target=/t true', text: 'Kaniko ignores --mount with from=: the files are missing' },
    { step: 'RUN --network=none true', text: 'Kaniko ignores --network' },
    { step: 'RUN --security=insecure true', text: 'Kaniko ignores --security' },
    {
      step: lines('RUN <<EOF', '#!/usr/bin/env python3', 'print(1)', 'EOF'),
      text: 'Kaniko fails with exit code 127 on a here-document that begins with #!'
    },
    {
      step: 'RUN setfattr -n user.comment -v x /a',
      text: 'Kaniko drops extended attributes that begin with "user."'
    }
  ])('warns of $step for Kaniko, and not for Buildah', ({ step, text }) => {
    expect(lintDockerfile(lines('FROM a', step), kaniko)).toEqual([{ line: 2, text }])
    expect(lintDockerfile(lines('FROM a', step), buildah)).toEqual([])
  })

  it("takes Docker's channel of unfinished features for a foreign frontend", () => {
    expect(lintDockerfile(lines('# syntax=docker/dockerfile:1-labs', 'FROM a'), kaniko)).toEqual([
      { line: 1, text: 'Kaniko ignores the frontend docker/dockerfile:1-labs' }
    ])
  })

  it('says nothing of a foreign frontend where BuildKit fetches it', () => {
    const text = lines('# syntax=acme/frontend:1', 'FROM a')
    expect(lintDockerfile(text, { kind: 'buildkit', image: 'buildkit:1' })).toEqual([])
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
    expect(lintDockerfile(text, kaniko)).toEqual([
      { line: 1, text: 'Kaniko ignores the frontend acme/frontend:1' },
      { line: 4, text: 'Kaniko drops what is written below /cache after VOLUME /cache' }
    ])
  })

  it.each([
    {
      shown: 'a shell form of CMD after SHELL',
      text: ['SHELL ["/bin/bash", "-c"]', 'CMD echo x'],
      line: 3,
      keyword: 'CMD'
    },
    {
      shown: 'a shell form of ENTRYPOINT after SHELL',
      text: ['SHELL ["/bin/bash", "-c"]', 'RUN x', 'ENTRYPOINT exec x'],
      line: 4,
      keyword: 'ENTRYPOINT'
    }
  ])('warns of $shown for Buildah, and not for Kaniko', ({ text, line, keyword }) => {
    const content = lines('FROM a', ...text)
    const warning = `Buildah has /bin/sh run this ${keyword}, whatever SHELL says`
    expect(lintDockerfile(content, buildah)).toEqual([{ line, text: warning }])
    expect(lintDockerfile(content, kaniko)).toEqual([])
  })

  it.each([
    ['a SHELL of another stage', ['SHELL ["/bin/bash", "-c"]', 'FROM b', 'CMD echo x']],
    ['an exec form', ['SHELL ["/bin/bash", "-c"]', 'CMD ["echo", "x"]']],
    ['no SHELL', ['CMD echo x']],
    ['the usual escape character', ['RUN echo x']]
  ])('has nothing to say about %s', (_what, text) => {
    expect(lintDockerfile(lines('# escape=\\', 'FROM a', ...text), buildah)).toEqual([])
  })

  it('warns of an ARG that Buildah does not let win over the ENV before it', () => {
    const text = lines('FROM a', 'ENV X=1 Y=2', 'ARG Y=3', 'ARG Z=4', 'FROM b', 'ARG X=5')
    expect(lintDockerfile(text, buildah)).toEqual([
      { line: 3, text: 'Buildah keeps the value that ENV gave to Y before this ARG' }
    ])
    expect(lintDockerfile(text, kaniko)).toEqual([])
  })

  it('warns of another escape character and of a foreign frontend for Buildah', () => {
    const text = lines('# escape=`', 'FROM a')
    expect(lintDockerfile(text, buildah)).toEqual([
      {
        line: 1,
        text: 'Buildah takes the escape directive for the ends of lines alone: in values a backslash still escapes'
      }
    ])
    expect(lintDockerfile(text, kaniko)).toEqual([])
    expect(lintDockerfile(lines('# syntax=acme/frontend:1', 'FROM a'), buildah)).toEqual([
      { line: 1, text: 'Buildah ignores the frontend acme/frontend:1' }
    ])
  })

  it.each([
    ['quay.io/containers/buildah:v1.36.9', true],
    ['quay.io/containers/buildah:v1.37.0', false],
    ['registry:5000/buildah:2.0', false],
    ['registry:5000/buildah', true],
    ['registry:5000/buildah@sha256:1', true]
  ])('tells by the tag of %s whether RUN can write to a volume', (image, warns) => {
    const text = lines('FROM a', 'VOLUME /data', 'RUN touch /data/x', 'COPY a /data/')
    expect(lintDockerfile(text, { kind: 'buildah', image })).toEqual(
      warns ? [{ line: 3, text: 'Buildah before 1.37 drops what is written below /data after VOLUME /data' }] : []
    )
  })

  it('tells by the tag of the image whether Buildah reads here-documents', () => {
    const text = lines('FROM a', 'COPY <<EOF /x', 'text', 'EOF', 'RUN cat <<EOF', 'text', 'EOF', 'RUN echo "<<EOF"')
    expect(lintDockerfile(text, { kind: 'buildah', image: 'quay.io/containers/buildah:v1.34.3' })).toEqual([
      { line: 2, text: 'Buildah before 1.35 cannot read here-documents' },
      { line: 5, text: 'Buildah before 1.35 cannot read here-documents' }
    ])
    expect(lintDockerfile(text, { kind: 'buildah', image: 'quay.io/containers/buildah:v1.35.0' })).toEqual([])
  })
})
