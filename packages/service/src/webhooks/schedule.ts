/**
 * When a delivery that failed is tried again. Pure: time and chance are given.
 * Law: jitter and `Retry-After` only ever put an attempt off; they never bring it forward.
 */

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Wait before each attempt, counted from the one before. The last of them comes when at least seven days have passed. */
export const attemptDelaysMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
  dayMs,
  dayMs,
  dayMs,
  dayMs,
]

/** Part of a delay that chance may add, so that what failed together does not come back together. */
export const jitterShare = 0.1
/** How long a receiver may ask us to wait. */
export const retryAfterMaxMs = dayMs

/**
 * Wait after `attempts` failed ones; undefined when there is none left.
 * @param chance 0 to 1
 * @param retryAfterMs what the receiver asked for
 */
export function nextDelayMs(attempts: number, chance: number, retryAfterMs = 0): number | undefined {
  const delayMs = attemptDelaysMs[attempts]
  if (delayMs === undefined) return undefined
  const askedMs = Math.min(retryAfterMs, retryAfterMaxMs)
  return Math.round(Math.max(delayMs, askedMs) * (1 + jitterShare * chance))
}

/** Milliseconds that a `Retry-After` asks for, in seconds or as an HTTP date; undefined for anything else. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined
  if (/^[0-9]{1,10}$/.test(header)) return Number(header) * secondMs
  if (!httpDate.test(header)) return undefined
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}

// RFC 9110, the form that senders must use.
const httpDate = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/
