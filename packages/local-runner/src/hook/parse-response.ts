import type { HookState } from './hook-args.ts'

export interface ResponseService {
  readonly id: string | undefined
  readonly network: string | undefined
  /** Undefined when the hook gave none, which the runner does not survive (1.9). */
  readonly ports: Readonly<Record<string, string>> | undefined
}

export interface ResponseContext {
  readonly container: { readonly id: string | undefined; readonly network: string | undefined } | undefined
  /** null when the hook wrote an explicit null. */
  readonly services: readonly ResponseService[] | null
}

export interface HookResponse {
  readonly state: HookState
  readonly isAlpine: boolean | undefined
  readonly context: ResponseContext | undefined
}

/**
 * Reads a response file. Names are matched without regard to case, unknown ones are ignored (1.9).
 *
 * @returns undefined for an empty file or `null`
 * @throws Error when it is not JSON or a value has the wrong kind
 */
export function parseResponse(text: string): HookResponse | undefined {
  if (text.trim() === '') return undefined
  const response: unknown = JSON.parse(text)
  if (response === null) return undefined
  const fields = fieldsOf(response, 'the response')
  const context = fields.get('context')
  return {
    state: parseState(fields.get('state')),
    isAlpine: parseIsAlpine(fields.get('isalpine')),
    context: context === undefined || context === null ? undefined : parseContext(context)
  }
}

function parseState(state: unknown): HookState {
  if (state === undefined || state === null) return null
  fieldsOf(state, 'state')
  return state as HookState
}

function parseIsAlpine(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  throw new Error("'isAlpine' must be true or false.")
}

function parseContext(context: unknown): ResponseContext {
  const fields = fieldsOf(context, 'context')
  const container = fields.get('container')
  const services = fields.has('services') ? fields.get('services') : []
  if (services !== null && !Array.isArray(services)) throw new Error("'context.services' must be an array.")
  return {
    container: container === undefined || container === null ? undefined : identityOf(container, 'context.container'),
    services: services === null ? null : services.map(parseService)
  }
}

function parseService(service: unknown, index: number): ResponseService {
  const place = `context.services[${index}]`
  const ports = fieldsOf(service, place).get('ports')
  return {
    ...identityOf(service, place),
    ports: ports === undefined || ports === null ? undefined : parsePorts(ports, `${place}.ports`)
  }
}

function parsePorts(ports: unknown, place: string): Readonly<Record<string, string>> {
  fieldsOf(ports, place)
  return Object.fromEntries(Object.entries(ports as object).map(([port, host]) => [port, String(host)]))
}

function identityOf(value: unknown, place: string): { id: string | undefined; network: string | undefined } {
  const fields = fieldsOf(value, place)
  const text = (name: string): string | undefined => {
    const field = fields.get(name)
    return typeof field === 'string' ? field : undefined
  }
  return { id: text('id'), network: text('network') }
}

function fieldsOf(value: unknown, place: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${place} must be an object.`)
  }
  return new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]))
}
