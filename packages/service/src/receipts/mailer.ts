/**
 * The port to whatever takes our e-mail, and when a mail that could not be sent is tried again. Pure.
 * Law: an address is known for a day at most, however often sending fails.
 */
export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachment: { readonly filename: string; readonly content: string }
}

/** `refused`: never again to that address. `later`: nobody can tell yet. The code says what happened and names nobody. */
export type MailOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'later'; readonly code: string }

export interface Mailer {
  /** @param id the same for the same mail, so that a second try can be told from a second mail */
  send(to: string, id: string, mail: Mail): Promise<MailOutcome>
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** After this long an address is erased, whatever became of the mail. */
export const addressKeptMaxMs = 24 * hourMs

const retryDelaysMs: readonly number[] = [
  minuteMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  6 * hourMs,
  12 * hourMs,
]

/** When to try again after so many attempts; null when there is no point, or no time left. */
export function nextMailAt(attempts: number, requestedAt: Date, now: Date): Date | null {
  const delayMs = retryDelaysMs[attempts - 1]
  if (delayMs === undefined) return null
  const next = now.getTime() + delayMs
  return next < requestedAt.getTime() + addressKeptMaxMs ? new Date(next) : null
}
