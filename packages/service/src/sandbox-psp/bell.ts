/** Wakes a waiting loop in the same process. A ring that finds nobody waiting is kept for whoever waits next. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, or after `timeoutMs`. One waiter at a time. */
  wait(timeoutMs: number): Promise<void>
}

export function newBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(timeoutMs) {
      let timer: NodeJS.Timeout | undefined
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve
          timer = setTimeout(resolve, timeoutMs)
        })
      }
      clearTimeout(timer)
      wake = undefined
      rung = false
    },
  }
}
