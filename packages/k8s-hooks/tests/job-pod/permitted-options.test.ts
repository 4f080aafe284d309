import { describe, expect, it } from '@jest/globals'
import { permittedOptions, type PermittedOptions } from '../../src/job-pod/permitted-options.ts'

const nothingSet = { maxCpus: undefined, maxMemoryBytes: undefined, allowPrivileged: false }
const permit = (
  createOptions: string,
  policy: Partial<Parameters<typeof permittedOptions>[1]> = {}
): PermittedOptions => permittedOptions({ createOptions, image: 'redis:7' }, { ...nothingSet, ...policy })

describe('permittedOptions', () => {
  it.each(['--privileged', '--cpus 1 --privileged=true', '--cap-add SYS_ADMIN', '--security-opt seccomp=unconfined'])(
    'refuses %s, naming container and setting',
    text => {
      expect(() => permit(text)).toThrow(
        expect.objectContaining({
          code: 'CREATE_OPTION_REFUSED',
          message: expect.stringContaining('redis:7'),
          hint: expect.stringContaining('ALLOW_PRIVILEGED=true')
        })
      )
    }
  )

  it('names every option that it refuses', () => {
    expect(() => permit('--cap-add NET_ADMIN --privileged --cap-add CHOWN')).toThrow(
      '--privileged, --cap-add NET_ADMIN.'
    )
  })

  it('lets them through where the operator allows them', () => {
    const { options } = permit('--privileged', { allowPrivileged: true })
    expect(options.security.isPrivileged).toBe(true)
  })

  it('cuts amounts down to the operator’s limits, and names the options', () => {
    const { options, cut } = permit(
      '--cpus 8 --cpu-shares 16384 --memory 8g --memory-reservation 9g --shm-size 2g --tmpfs /a:size=2g --tmpfs /b',
      { maxCpus: 2, maxMemoryBytes: 2 ** 30 }
    )
    expect(options.resources).toEqual({
      cpus: 2,
      requestedCpus: 2,
      memoryBytes: 2 ** 30,
      requestedMemoryBytes: 2 ** 30,
      shmBytes: 2 ** 30
    })
    expect(options.tmpfs.map(({ bytes }) => bytes)).toEqual([2 ** 30, 2 ** 30])
    expect(cut).toEqual(['--cpus', '--cpu-shares', '--memory', '--memory-reservation', '--shm-size', '--tmpfs'])
  })

  it('leaves what is within the limits as it is', () => {
    const { options, cut } = permit('--cpus 1 --memory 1g --tmpfs /a:size=1k', { maxCpus: 1, maxMemoryBytes: 2 ** 30 })
    expect({ ...options.resources, tmpfs: options.tmpfs, cut }).toMatchObject({
      cpus: 1,
      memoryBytes: 2 ** 30,
      tmpfs: [{ path: '/a', bytes: 1024 }],
      cut: []
    })
  })

  it('keeps a request below its limit, as Kubernetes demands', () => {
    const { resources } = permit('--cpus 1 --cpu-shares 4096 --memory 1m --memory-reservation 1g').options
    expect(resources).toMatchObject({ requestedCpus: 1, requestedMemoryBytes: 2 ** 20 })
  })
})
