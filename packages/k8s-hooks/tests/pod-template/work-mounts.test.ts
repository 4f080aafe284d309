import { describe, expect, it } from '@jest/globals'
import type { Mount } from '@k8s-hooks/hooklib'
import { pathBelow, requestedMounts, workMount, workVolume } from '../../src/pod-template/work-mounts.ts'
import { runnerPodWith, sharedRunnerPod, workFolder } from './runner-pod-facts.ts'

const above = runnerPodWith({ workClaim: { name: 'claim', subPath: 'r/_work', tiesToNode: true } })

const system = (sourceVolumePath: string, targetVolumePath: string, readOnly = false): Mount => ({
  userProvidedValue: null,
  sourceVolumePath,
  targetVolumePath,
  readOnly
})

const user = (sourceVolumePath: string | null, targetVolumePath: string, readOnly = false): Mount => ({
  userProvidedValue: sourceVolumePath === null ? targetVolumePath : `${sourceVolumePath}:${targetVolumePath}`,
  sourceVolumePath,
  targetVolumePath,
  readOnly
})

const mountsOf = (...mounts: readonly Mount[]): ReturnType<typeof requestedMounts> =>
  requestedMounts(sharedRunnerPod, workFolder, mounts)

describe('workVolume and workMount', () => {
  it('is the claim in shared mode and an empty folder in copy mode', () => {
    expect(workVolume(sharedRunnerPod)).toEqual({ name: 'work', persistentVolumeClaim: { claimName: 'claim' } })
    expect(workVolume(runnerPodWith())).toEqual({ name: 'work', emptyDir: {} })
  })

  it.each([
    { pod: sharedRunnerPod, below: '', subPath: {} },
    { pod: sharedRunnerPod, below: '_temp', subPath: { subPath: '_temp' } },
    { pod: above, below: '', subPath: { subPath: 'r/_work' } },
    { pod: above, below: '_temp', subPath: { subPath: 'r/_work/_temp' } }
  ])('mounts "$below" by its path inside the claim', ({ pod, below, subPath }) => {
    expect(workMount(pod, below, '/x')).toEqual({ name: 'work', mountPath: '/x', ...subPath })
  })
})

describe('requestedMounts', () => {
  it('makes the runner’s paths below the work folder paths of the work volume', () => {
    const mounts = requestedMounts(above, workFolder, [
      system(`${workFolder}/_temp/_github_home`, '/github/home'),
      system(`${workFolder}/demo/./demo`, '/github/workspace', true)
    ])
    expect(mounts).toEqual({
      volumes: [],
      volumeMounts: [
        { name: 'work', mountPath: '/github/home', subPath: 'r/_work/_temp/_github_home', readOnly: false },
        { name: 'work', mountPath: '/github/workspace', subPath: 'r/_work/demo/demo', readOnly: true }
      ]
    })
  })

  it.each([
    system('/var/run/docker.sock', '/var/run/docker.sock'),
    system(workFolder, '/__w'),
    system('/home/runner/externals', '/__e', true),
    system(`${workFolder}/_tool`, '/__w/_tool')
  ])('leaves out what the pod has by itself: $targetVolumePath', mount => {
    expect(mountsOf(mount)).toEqual({ volumes: [], volumeMounts: [] })
  })

  it('gives an empty folder for a tool cache outside the work folder', () => {
    const { volumes, volumeMounts } = mountsOf(system('/opt/tools', '/__t'))
    const name = volumes[0]?.name ?? ''
    expect(volumes).toEqual([{ name, emptyDir: {} }])
    expect(volumeMounts).toEqual([{ name, mountPath: '/__t', readOnly: false }])
  })

  it('mounts one volume of the user twice and makes it once', () => {
    expect(mountsOf(user('cache', '/a'), user('cache', '/b', true))).toEqual({
      volumes: [{ name: 'user-cache', emptyDir: {} }],
      volumeMounts: [
        { name: 'user-cache', mountPath: '/a', readOnly: false },
        { name: 'user-cache', mountPath: '/b', readOnly: true }
      ]
    })
  })

  it('keeps volumes apart whose names are alike', () => {
    const { volumes } = mountsOf(
      user('my_vol', '/a'),
      user('my-vol', '/b'),
      user('My-Vol', '/c'),
      user(null, '/my-vol')
    )
    expect(new Set(volumes.map(({ name }) => name)).size).toBe(4)
  })

  it('mounts a folder below the work folder, and the work folder, where the user says', () => {
    expect(mountsOf(user(`${workFolder}/demo/demo/data`, '/data'), user(workFolder, '/all'))).toEqual({
      volumes: [],
      volumeMounts: [
        { name: 'work', mountPath: '/data', subPath: 'demo/demo/data', readOnly: false },
        { name: 'work', mountPath: '/all', readOnly: false }
      ]
    })
  })

  it('mounts the user’s volume below /__w: only the runner’s own mounts there are left out', () => {
    expect(mountsOf(user('cache', '/__w/cache')).volumeMounts).toEqual([
      { name: 'user-cache', mountPath: '/__w/cache', readOnly: false }
    ])
  })

  it.each(['/etc', '/', `${workFolder}/../.ssh`, '/home/runner/_works', '/var/run/docker.sock'])(
    'refuses the path %s of the user',
    source => {
      expect(() => mountsOf(user(source, '/x'))).toThrow(expect.objectContaining({ code: 'VOLUME_REFUSED' }))
    }
  )
})

describe('pathBelow', () => {
  it.each([
    ['/w/a/b', 'a/b'],
    ['/w/./a/../b', 'b'],
    ['/w/', ''],
    ['/w/..a', '..a'],
    ['/w/..', undefined],
    ['/wx', undefined],
    ['/', undefined]
  ])('of %s below /w is %s', (path, below) => {
    expect(pathBelow('/w', path)).toBe(below)
  })
})
