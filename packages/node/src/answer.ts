/**
 * For: reading what came back: bounded text, JSON, or the error that the service described.
 * Not for: deciding whether to try again.
 * Law: an answer of any shape becomes a value or an EkkoError, never another exception; fields that are not known stay in.
 */
import { EkkoApiError, EkkoConnectionError, type EkkoError } from './errors.ts'
import { retryAfterMs } from './retry.ts'
import type { ErrorIssue } from './types-errors.ts'

/** The answer's text. More than `maxBytes` is refused as it arrives, not after. */
export const readText = async (response: Response, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes)
      throw new EkkoConnectionError(`The answer is larger than ${maxBytes} bytes`, {
        code: 'ANSWER_TOO_LARGE',
        status: response.status,
      })
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

export const parseAnswer = <T>(text: string, response: Response): T => {
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new EkkoConnectionError('The answer is not JSON; does baseUrl point at the service?', {
      code: 'UNREADABLE_ANSWER',
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? undefined,
      cause,
    })
  }
}

/** The error that an answer outside 200 to 299 stands for. A proxy's page instead of JSON is read for its status alone. */
export const refusalFrom = (response: Response, text: string): EkkoError => {
  const body = parseObject(text)
  const { status } = response
  const code = textOf(body.code) ?? codeOfStatus(status)
  const message = textOf(body.error) ?? `the service answered ${status}`
  const issues = issuesOf(body.issues)
  return new EkkoApiError(`${message}${faultsIn(issues, message)} (${status} ${code})`, {
    code,
    status,
    requestId: textOf(body.requestId) ?? response.headers.get('x-request-id') ?? undefined,
    issues,
    retryable: status === 429 || status >= 500 || laterCodes.has(code),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
  })
}

const laterCodes = new Set(['IDEMPOTENCY_IN_FLIGHT', 'PROJECTS_UNAVAILABLE'])

const codesByStatus: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'REQUEST_ENTITY_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
}
const codeOfStatus = (status: number): string =>
  codesByStatus[status] ?? (status > 500 ? 'SERVICE_UNAVAILABLE' : 'UNREADABLE_ANSWER')

const parseObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined

const issuesOf = (value: unknown): ErrorIssue[] =>
  Array.isArray(value) ? value.filter(isIssue).map(({ path, message }) => ({ path, message })) : []

const shownIssues = 3

/** So that a log line alone says what to mend. A single field’s fault is often the message already. */
const faultsIn = (issues: readonly ErrorIssue[], message: string): string => {
  const faults = issues.map((issue) =>
    issue.message === message ? issue.path : `${issue.path} ${issue.message}`,
  )
  return faults.length === 0 ? '' : `: ${faults.slice(0, shownIssues).join(', ')}`
}

const isIssue = (value: unknown): value is ErrorIssue =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as ErrorIssue).path === 'string' &&
  typeof (value as ErrorIssue).message === 'string'
