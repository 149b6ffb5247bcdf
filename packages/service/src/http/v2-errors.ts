/** Pure: a refusal in the nested shape of version 2. */
import type { V2ErrorBody } from '@ekko/contract/v2-operations'
import type { Refusal } from '../kernel/refusal.ts'

export function isV2(url: string): boolean {
  return url.startsWith('/v2/')
}

export function v2ErrorBody(refusal: Refusal, requestId: string, url: string): V2ErrorBody {
  const { status: statusCode, message, code, issues } = refusal
  const messages = issues.map((issue) =>
    `${issue.path.slice(1).replaceAll('/', '.')} ${issue.message}`.trim(),
  )
  return {
    error: {
      statusCode,
      message,
      // Its pages say `errorName` in the example and `name` in the table.
      errorName: code,
      name: code,
      details: { message: messages.length > 0 ? messages : [message], error: code, statusCode },
      path: url.split('?')[0]!,
      requestId,
      timestamp: arrivalOf(requestId).toISOString(),
    },
  }
}

/** A request's id begins with the milliseconds of its arrival (UUID version 7). */
function arrivalOf(requestId: string): Date {
  return new Date(Number.parseInt(requestId.replaceAll('-', '').slice(0, 12), 16))
}
