import type { KubectlResult } from './kubectl.ts'
import { node, withEnvironment, type WorkflowOptions } from './run-workflow.ts'
import type { Site } from './site.ts'

/** Starts the hook as the runner does, with `stdin` as it is: for what local-runner would never send. */
export async function callHook(site: Site, stdin: string, env?: WorkflowOptions['env']): Promise<KubectlResult> {
  return await site.exec([...withEnvironment(env), node, '/home/runner/k8s-hooks/index.js'], { input: stdin })
}
