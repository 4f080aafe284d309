import { describe, expect, it } from '@jest/globals'
import { actionPaths, jobContainerPaths, parseUserMount } from '../../src/hook/mounts.ts'
import { createPathMap } from '../../src/hook/path-map.ts'
import { combinePath, createLayout } from '../../src/job/layout.ts'

const layoutWith = (tools?: string): ReturnType<typeof createLayout> =>
  createLayout({ root: '/home/runner', work: '/home/runner/_work', repository: 'octo/demo', tools })

const work = '/home/runner/_work'

describe('paths of the job container', () => {
  const paths = createPathMap(jobContainerPaths(layoutWith()))

  it.each([
    { host: work, container: '/__w' },
    { host: `${work}/_temp/x`, container: '/__w/_temp/x' },
    { host: `${work}/_temp/_github_home/.cache`, container: '/github/home/.cache' },
    { host: `${work}/_temp/_github_workflow/event.json`, container: '/github/workflow/event.json' },
    { host: `${work}/_temp/_runner_file_commands/a`, container: '/__w/_temp/_runner_file_commands/a' },
    { host: `${work}/_actions/a`, container: '/__w/_actions/a' },
    { host: `${work}/_tool/node`, container: '/__w/_tool/node' },
    { host: '/home/runner/externals/node20/bin/node', container: '/__e/node20/bin/node' }
  ])('$host is $container', ({ host, container }) => {
    expect(paths.toContainer(host)).toBe(container)
    expect(paths.toHost(container)).toBe(host)
  })

  it.each([`${work}er/x`, `a:${work}/x`, ` ${work}`, '', '/etc'])('%j stays', value => {
    expect(paths.toContainer(value)).toBe(value)
  })

  it('has /__t for tools outside the work folder', () => {
    expect(createPathMap(jobContainerPaths(layoutWith('/opt/tools'))).toContainer('/opt/tools/a')).toBe('/__t/a')
  })
})

describe('paths of a container action', () => {
  const paths = createPathMap(actionPaths(layoutWith()))

  it.each([
    { host: `${work}/demo/demo/./x`, container: '/github/workspace/./x' },
    { host: `${work}/_temp`, container: '/github/runner_temp' },
    { host: `${work}/_temp/_github_home`, container: '/github/home' },
    { host: `${work}/_temp/_github_workflow/event.json`, container: '/github/workflow/event.json' },
    { host: `${work}/_temp/_runner_file_commands/a`, container: '/github/file_commands/a' },
    { host: `${work}/_tool`, container: `${work}/_tool` },
    { host: `${work}/demo`, container: `${work}/demo` },
    { host: `${work}/_actions/a`, container: `${work}/_actions/a` }
  ])('$host is $container', ({ host, container }) => {
    expect(paths.toContainer(host)).toBe(container)
  })
})

describe('parseUserMount', () => {
  it.each([
    { volume: 'a:/b', source: 'a', target: '/b', readOnly: false },
    { volume: 'a:/b:ro', source: 'a', target: '/b', readOnly: true },
    { volume: 'a:/b:rw', source: 'a', target: '/b', readOnly: false },
    { volume: '/b', source: null, target: '/b', readOnly: false },
    { volume: '/b:ro', source: null, target: '/b', readOnly: true },
    { volume: 'a:/b:ro:z', source: null, target: 'a:/b:ro:z', readOnly: false }
  ])('$volume', ({ volume, source, target, readOnly }) => {
    expect(parseUserMount(volume)).toEqual({
      userProvidedValue: volume,
      sourceVolumePath: source,
      targetVolumePath: target,
      readOnly
    })
  })
})

describe('combinePath', () => {
  it.each([
    { base: '/a', path: './b', combined: '/a/./b' },
    { base: '/a/', path: '../b', combined: '/a/../b' },
    { base: '/a', path: '/etc/x', combined: '/etc/x' },
    { base: '/a', path: '', combined: '/a' }
  ])('$base and $path', ({ base, path, combined }) => {
    expect(combinePath(base, path)).toBe(combined)
  })
})
