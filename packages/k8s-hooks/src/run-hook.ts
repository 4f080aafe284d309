import type { HookInput } from '@k8s-hooks/hooklib'
import type { HookContext } from './hooks/hook-context.ts'

/** One command in, one exit code out. What the other commands need is not loaded: each step starts a hook of its own. */
export async function runHook(input: HookInput, context: HookContext, signal: AbortSignal): Promise<number> {
  switch (input.command) {
    case 'prepare_job': {
      const { prepareJob } = await import('./hooks/prepare-job.ts')
      await prepareJob(input, context, signal)
      return 0
    }
    case 'cleanup_job': {
      const { cleanupJob } = await import('./hooks/cleanup-job.ts')
      await cleanupJob(context, signal)
      return 0
    }
    case 'run_script_step': {
      const { runScriptStep } = await import('./hooks/run-script-step.ts')
      return await runScriptStep(input, context, signal)
    }
    case 'run_container_step': {
      const { runContainerStep } = await import('./hooks/run-container-step.ts')
      return await runContainerStep(input, context, signal)
    }
  }
}
