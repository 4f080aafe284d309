import { convertWorkflowTemplate, NoOperationTraceWriter } from '@actions/workflow-parser'
import { TemplateContext, TemplateValidationErrors } from '@actions/workflow-parser/templates/template-context'
import { readTemplate } from '@actions/workflow-parser/templates/template-reader'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token'
import { WORKFLOW_ROOT } from '@actions/workflow-parser/workflows/workflow-constants'
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema'
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader'
import { plainReader } from './plain-reader.ts'

/**
 * Reads and checks a workflow with GitHub's own schema. The parser's conversion is for its checks alone: it has no
 * `with:`, so that everything is read from the tokens.
 *
 * @throws Error that lists every problem with its line
 */
export async function parseWorkflowTokens(fileName: string, content: string): Promise<TemplateToken> {
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter())
  const fileId = context.getFileId(fileName)
  const reader = new YamlObjectReader(fileId, content)
  for (const { message, range } of reader.errors) context.error(fileId, message, range)
  refuseErrors(context)
  const root = readTemplate(context, WORKFLOW_ROOT, plainReader(reader), fileId)
  refuseErrors(context)
  if (root === undefined) throw new Error(`${fileName} is empty.`)
  await convertWorkflowTemplate(context, root)
  refuseErrors(context)
  return root
}

function refuseErrors(context: TemplateContext): void {
  const messages = context.errors.getErrors().map(error => `  ${error.message}`)
  if (messages.length > 0) throw new Error(`The workflow is not valid:\n${messages.join('\n')}`)
}
