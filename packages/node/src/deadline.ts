/**
 * For: one limit on how long something may take in all, joined with the caller's own signal.
 * Not for: deciding what a missed deadline means; the transport says that.
 * Law: it holds even against a `fetch` that ignores its signal, and leaves no timer behind.
 */

export interface Deadline {
  readonly signal: AbortSignal
  /** True when time was up; false when the caller aborted, or nothing happened. */
  expired(): boolean
  remainingMs(): number
  /** The promise's outcome, or a rejection as soon as the signal fires. */
  hold<T>(work: Promise<T>): Promise<T>
  /** Resolves after so many milliseconds, or rejects as soon as the signal fires. */
  pause(milliseconds: number): Promise<void>
  end(): void
}

export const startDeadline = (limitMs: number, callerSignal: AbortSignal | undefined): Deadline => {
  const controller = new AbortController()
  const endsAt = performance.now() + limitMs
  let timeIsUp = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    timeIsUp = true
    abort()
  }, limitMs)
  if (callerSignal?.aborted) abort()
  callerSignal?.addEventListener('abort', abort, { once: true })

  const hold = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = () => reject(controller.signal.reason)
      if (controller.signal.aborted) stop()
      controller.signal.addEventListener('abort', stop, { once: true })
      const letGo = () => controller.signal.removeEventListener('abort', stop)
      work.then(resolve, reject).finally(letGo)
    })

  const pause = async (milliseconds: number): Promise<void> => {
    let alarm: NodeJS.Timeout | undefined
    const sleep = new Promise<void>((resolve) => {
      alarm = setTimeout(resolve, milliseconds)
    })
    await hold(sleep).finally(() => clearTimeout(alarm))
  }

  return {
    signal: controller.signal,
    expired: () => timeIsUp,
    remainingMs: () => Math.max(0, endsAt - performance.now()),
    hold,
    pause,
    end: () => {
      clearTimeout(timer)
      callerSignal?.removeEventListener('abort', abort)
    },
  }
}
