import type { DispatchInput } from './job-definition.ts'
import {
  isMapping,
  isSequence,
  toMapping,
  toSequence,
  toText,
  valueOf,
  type Mapping,
  type Template
} from './template.ts'

export function eventNames(events: Template | undefined): readonly string[] {
  if (events === undefined || events === null) return []
  if (isMapping(events)) return events.entries.map(entry => entry.key)
  if (isSequence(events)) return events.flatMap(event => toText(event, 'on') ?? [])
  return [toText(events, 'on') ?? '']
}

/** `on.workflow_dispatch.inputs`. */
export function parseDispatchInputs(events: Template | undefined): readonly DispatchInput[] {
  if (events === undefined || events === null || !isMapping(events)) return []
  const dispatch = toMapping(valueOf(events, 'workflow_dispatch'), 'on.workflow_dispatch')
  return toMapping(valueOf(dispatch, 'inputs'), 'on.workflow_dispatch.inputs').entries.map(({ key, value }) =>
    parseInput(key, toMapping(value, `on.workflow_dispatch.inputs.${key}`))
  )
}

function parseInput(name: string, input: Mapping): DispatchInput {
  const fallback = valueOf(input, 'default')
  return {
    name,
    type: toText(valueOf(input, 'type'), `${name}.type`) ?? 'string',
    required: valueOf(input, 'required') === true,
    default: fallback === undefined || fallback === null || typeof fallback === 'object' ? undefined : fallback,
    options: toSequence(valueOf(input, 'options'), `${name}.options`).flatMap(item => toText(item, 'option') ?? [])
  }
}
