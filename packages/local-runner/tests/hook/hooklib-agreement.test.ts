import { parseHookInput } from '@k8s-hooks/hooklib'
import { describe, expect, it } from '@jest/globals'
import { runWorkflow } from '../run-workflow.ts'

describe('hooklib', () => {
  it('understands all four inputs as they are written here', async () => {
    const { rawInputs } = await runWorkflow({
      workflow: `on: push
jobs:
  build:
    runs-on: x
    container: { image: alpine, credentials: { username: a, password: b }, volumes: [a:/b] }
    services: { redis: { image: redis, ports: [6379] } }
    steps:
      - run: "true"
      - uses: docker://alpine
        with: { args: -c true }`
    })
    expect(rawInputs.map(raw => parseHookInput(raw).command)).toEqual([
      'prepare_job',
      'run_script_step',
      'run_container_step',
      'cleanup_job'
    ])
  })
})
