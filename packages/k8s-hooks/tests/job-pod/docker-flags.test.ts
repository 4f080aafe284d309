import { describe, expect, it } from '@jest/globals'
import { isWithoutValue, longNameOf, treatmentOf } from '../../src/job-pod/docker-flags.ts'

/** `docker create --help` of Docker 28, with what it hides (deprecated, experimental, Windows). */
const flagsOfDocker = `
  add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count
  cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems device
  device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops disable-content-trust dns dns-opt
  dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval health-retries
  health-start-interval health-start-period health-timeout help hostname init interactive io-maxbandwidth io-maxiops ip ip6
  ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation
  memory-swap memory-swappiness mount name net net-alias network network-alias no-healthcheck oom-kill-disable oom-score-adj
  pid pids-limit platform privileged publish publish-all pull quiet read-only restart rm runtime security-opt shm-size
  stop-signal stop-timeout storage-opt sysctl tmpfs tty ulimit use-api-socket user userns uts volume volume-driver
  volumes-from workdir
`
  .trim()
  .split(/\s+/)

describe('treatmentOf', () => {
  it.each(flagsOfDocker)('knows --%s of docker create', flag => {
    expect(treatmentOf(longNameOf(`--${flag}`))).not.toEqual({ ignoredBecause: 'docker create has no such option' })
  })

  it('says that docker create has no other option', () => {
    expect(treatmentOf('--memroy')).toEqual({ ignoredBecause: 'docker create has no such option' })
  })

  it.each([
    ['--cpus', 'honoured'],
    ['--rm', 'needless'],
    ['--ulimit', { ignoredBecause: 'Kubernetes has nothing like it' }]
  ])('of %s is %j', (flag, treatment) => {
    expect(treatmentOf(flag)).toEqual(treatment)
  })
})

describe('isWithoutValue', () => {
  it.each(['--privileged', '--init', '--read-only', '--tty'])('%s stands alone', flag => {
    expect(isWithoutValue(flag)).toBe(true)
  })

  it.each(['--cpus', '--gpus', '--pull'])('%s takes a value', flag => {
    expect(isWithoutValue(flag)).toBe(false)
  })
})
