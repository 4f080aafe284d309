import type { HookInput } from '@k8s-hooks/hooklib'
import { cleanupJob } from './hooks/cleanup-job.ts'
import type { HookContext } from './hooks/hook-context.ts'
import { prepareJob } from './hooks/prepare-job.ts'
import { runContainerStep } from './hooks/run-container-step.ts'
import { runScriptStep } from './hooks/run-script-step.ts'

/** One command in, one exit code out. */
export async function runHook(input: HookInput, context: HookContext, signal: AbortSignal): Promise<number> {
  switch (input.command) {
    case 'prepare_job':
      await prepareJob(input, context, signal)
      return 0
    case 'cleanup_job':
      await cleanupJob(context, signal)
      return 0
    case 'run_script_step':
      return await runScriptStep(input, context, signal)
    case 'run_container_step':
      return await runContainerStep(input, context, signal)
  }
}
