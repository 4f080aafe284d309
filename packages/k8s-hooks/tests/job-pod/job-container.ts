import type { JobContainer } from '@k8s-hooks/hooklib'
import type { OptionPolicy } from '../../src/config/settings.ts'

/** A container that asks for nothing, but for what the test says. */
export function jobContainer(asked: Partial<JobContainer> = {}): JobContainer {
  return {
    image: 'node:20',
    dockerfile: null,
    entryPointArgs: [],
    entryPoint: null,
    workingDirectory: null,
    createOptions: null,
    registry: null,
    environmentVariables: {},
    portMappings: [],
    systemMountVolumes: [],
    userMountVolumes: [],
    ...asked
  }
}

/** No limit of an operator, and nothing that needs his permission. */
export const openPolicy: OptionPolicy = { maxCpus: undefined, maxMemoryBytes: undefined, allowPrivileged: false }
