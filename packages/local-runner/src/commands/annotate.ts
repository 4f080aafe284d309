import { relative } from 'node:path'
import type { AnnotationLevel } from '../log/step-log.ts'
import type { StepExecution } from '../steps/step-execution.ts'
import type { WorkflowCommand } from './workflow-command.ts'

/**
 * `::error file=…::`. The file is translated with the job container's map and made relative to the workspace;
 * `/github/workspace/…` of a container action is in no such map and stays (1.8).
 */
export function annotate(execution: StepExecution, level: AnnotationLevel, command: WorkflowCommand): void {
  const { file } = command.properties
  const properties = file === undefined ? command.properties : { ...command.properties, file: place(execution, file) }
  execution.log.issue(level, command.data, properties)
}

function place({ job }: StepExecution, file: string): string {
  const { workspace } = job.settings.layout
  const path = job.container?.paths.toHost(file) ?? file
  return path.startsWith(`${workspace}/`) ? relative(workspace, path) : path
}
