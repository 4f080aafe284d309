import type { HookContainer } from '@k8s-hooks/hooklib'
import type { StepPodRequest } from '../../src/step-pod/step-pod.ts'
import { podStyle, runnerPodWith, workFolder } from '../pod-template/runner-pod-facts.ts'

const container: HookContainer = {
  image: 'alpine:3',
  dockerfile: null,
  entryPointArgs: [],
  entryPoint: null,
  workingDirectory: '/github/workspace',
  createOptions: null,
  registry: null,
  environmentVariables: { INPUT_WHO: 'Mona' },
  portMappings: [],
  systemMountVolumes: [],
  userMountVolumes: []
}

/** A container step in copy mode, but for what the test says. */
export function stepRequest(
  facts: Partial<Omit<StepPodRequest, 'container'>> = {},
  asked: Partial<HookContainer> = {}
): StepPodRequest {
  return {
    name: 'runner-abc-step-1',
    image: 'alpine:3',
    runnerPod: runnerPodWith(),
    workFolder,
    style: podStyle(),
    env: [],
    pullSecretNames: [],
    hostAliases: [],
    ...facts,
    container: { ...container, ...asked }
  }
}
