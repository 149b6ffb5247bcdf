/**
 * Asks where the session stands until it stands still, only while the page is looked at, and at once when the consumer comes
 * back to it. Bounded; a question that fails is simply asked again.
 */
import { pause } from './deadline.ts'
import { pollMs, pollsMax, quickPolls, slowPollMs } from './limits.ts'

/** `ask` returns true when there is nothing more to wait for. */
export async function follow(ask: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (let poll = 0; poll < pollsMax && !signal.aborted; poll++) {
    await pauseOrReturn(poll < quickPolls ? pollMs : slowPollMs, signal)
    await untilVisible(signal)
    if (signal.aborted || (await ask())) return
  }
}

function pauseOrReturn(milliseconds: number, signal: AbortSignal): Promise<void> {
  const waiting = new AbortController()
  const wake = () => waiting.abort()
  const done = () => {
    document.removeEventListener('visibilitychange', wake)
    signal.removeEventListener('abort', wake)
  }
  document.addEventListener('visibilitychange', wake)
  signal.addEventListener('abort', wake)
  return pause(milliseconds, waiting.signal).then(done)
}

function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState === 'hidden' && !signal.aborted) return
      document.removeEventListener('visibilitychange', look)
      signal.removeEventListener('abort', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', look)
    look()
  })
}
