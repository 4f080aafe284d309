import { describe, expect, it } from '@jest/globals'
import type { JobContainer, PrepareJobArgs } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../../src/config/settings.ts'
import { checkCreateOptions } from '../../src/job-pod/check-create-options.ts'
import { workFolder } from '../pod-template/runner-pod-facts.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { jobContainer, openPolicy } from './job-container.ts'

function warningsOf(args: Partial<PrepareJobArgs>, policy: Partial<OptionPolicy> = {}): readonly string[] {
  const logger = recordingLogger()
  checkCreateOptions(
    { container: null, services: [], ...args },
    { policy: { ...openPolicy, ...policy }, workFolder },
    logger
  )
  return logger.lines
}

describe('checkCreateOptions', () => {
  it('is silent about what is honoured', () => {
    const container = jobContainer({ createOptions: '--cpus 1 -w /srv', portMappings: ['80'] })
    expect(warningsOf({ container })).toEqual([])
  })

  it('says once of each option that is left out why, and no value', () => {
    const services = [jobContainer({ image: 'redis', createOptions: '--ulimit secret --gpus all' })]
    expect(warningsOf({ services })).toEqual([
      'warning: The option --ulimit of the container redis is ignored: Kubernetes has nothing like it.',
      'warning: The option --gpus of the container redis is ignored: the operator can give it in the hook template.'
    ])
  })

  it('says what a container gets less of than it asked for', () => {
    const container = jobContainer({ createOptions: '--cpus 9 --memory 1g' })
    expect(warningsOf({ container }, { maxCpus: 2, maxMemoryBytes: 2 ** 30 })).toEqual([
      'warning: The container node:20 asks for more by --cpus than this runner permits, and gets the most that it does.'
    ])
  })

  it('says that the job container is not started by an entrypoint of the options, and a service is', () => {
    const asking = jobContainer({ createOptions: '--entrypoint /x' })
    expect(warningsOf({ services: [asking] })).toEqual([])
    expect(warningsOf({ container: asking })).toEqual([
      'warning: The option --entrypoint of the container node:20 is ignored: steps run in it by their own.'
    ])
  })

  it('says which names are no host names, and which ports no ports', () => {
    const services = [jobContainer({ image: 'redis', createOptions: '--name my_db', portMappings: ['80', 'http'] })]
    expect(warningsOf({ services })).toEqual([
      'warning: "my_db" cannot be a host name on Kubernetes; redis is not reached by it.',
      'warning: "http" is no port of the container redis, and is ignored.'
    ])
  })

  it('says which volume of a service no pod has', () => {
    const volume = (source: string): JobContainer['userMountVolumes'][number] => ({
      userProvidedValue: `${source}:/x`,
      sourceVolumePath: source,
      targetVolumePath: '/x',
      readOnly: false
    })
    const userMountVolumes = ['named', `${workFolder}/a`, '/var/run/docker.sock'].map(volume)
    expect(warningsOf({ services: [jobContainer({ image: 'redis', userMountVolumes })] })).toEqual([
      'warning: The volume "/var/run/docker.sock:/x" of the service redis is a path that pods do not have, and is not mounted.'
    ])
  })

  it('refuses what gives power over the node, of services too', () => {
    const services = [jobContainer({ image: 'redis', createOptions: '--privileged' })]
    expect(() => warningsOf({ services })).toThrow(expect.objectContaining({ code: 'CREATE_OPTION_REFUSED' }))
    expect(warningsOf({ services }, { allowPrivileged: true })).toEqual([])
  })
})
