/**
 * For: finding the three webhook headers in whatever a framework hands over.
 * Not for: judging their values.
 * Law: names in any case; a header that is missing, empty or there twice is refused, never guessed.
 */
import { WebhookVerificationError } from './errors.ts'

/** Node’s own `request.headers` among them. */
export type ReceivedHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

/** A type, not an interface: only so is it also a plain record that any HTTP client takes as it is. */
export type WebhookHeaders = {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

export const webhookHeadersOf = (headers: ReceivedHeaders): WebhookHeaders => {
  const entries =
    headers instanceof Headers ? [...headers] : Object.entries(headers as Record<string, string | string[]>)
  return {
    'webhook-id': only(entries, 'webhook-id'),
    'webhook-timestamp': only(entries, 'webhook-timestamp'),
    'webhook-signature': only(entries, 'webhook-signature'),
  }
}

const only = (entries: [string, string | readonly string[] | undefined][], name: string): string => {
  const values = entries
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? [])
    .filter((value) => value !== '')
  if (values.length === 1) return String(values[0])
  const what = values.length === 0 ? 'is missing' : 'is there more than once'
  throw new WebhookVerificationError('missing-header', `${name} ${what}`)
}
