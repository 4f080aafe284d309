/**
 * What a thrown value says, in one text. An AggregateError, which Node throws when every address of a host refused, says nothing by itself
 * but through its parts; some system errors have only a code.
 */
export function reasonOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown)
  const { message, code, errors } = thrown as ErrorLike
  if (typeof message === 'string' && message !== '') return message
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOf).join('; ')
  return typeof code === 'string' ? code : 'no reason given'
}

interface ErrorLike {
  readonly message?: unknown
  readonly code?: unknown
  readonly errors?: unknown
}
