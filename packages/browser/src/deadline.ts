/**
 * Time limits by AbortSignal, written out because `AbortSignal.any` and `timeout` are younger than the phones in use.
 * A limit that is reached is a Failure `timeout`; an outer signal that is aborted passes its reason on.
 */
import { asFailure, Failure } from './failure.ts'
import { pauseMs, requestMs, requestTries } from './limits.ts'

/** Runs the work with a signal that ends after `limitMs` or with the outer one, and does not wait for work that ignores it. */
export async function within<T>(
  outer: AbortSignal,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const end = () => controller.abort(outer.reason)
  const timer = setTimeout(() => controller.abort(new Failure('timeout', { retryable: true })), limitMs)
  if (outer.aborted) end()
  outer.addEventListener('abort', end)
  try {
    return await Promise.race([work(controller.signal), rejectionOf(controller.signal)])
  } catch (cause) {
    throw controller.signal.aborted ? controller.signal.reason : cause
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', end)
  }
}

/** Tries again what may be tried again. Each failure is told, with whether another try follows. */
export async function withTries<T>(
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  tell: (failure: Failure, attempt: number, again: boolean) => void = () => {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(outer, requestMs, work)
    } catch (cause) {
      if (outer.aborted) throw outer.reason
      const failure = asFailure(cause)
      const again = failure.retryable && attempt < requestTries
      tell(failure, attempt, again)
      if (!again) throw failure
      await pause(failure.waitMs ?? pauseMs * attempt, outer)
    }
  }
}

/** Resolves after the time, or as soon as the signal ends it. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
