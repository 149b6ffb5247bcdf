/** Runs the service until it is told to stop. SIGTERM and SIGINT drain: what is under way is finished first. */
import { readConfig } from './config.ts'
import { type RunningService, startService } from './service.ts'

/** After this long a drain that hangs is given up. */
const drainMaxMs = 25_000

/** @returns the exit code, once the service has stopped */
export async function serve(onReady: (service: RunningService) => void): Promise<number> {
  let service: RunningService
  try {
    service = await startService(readConfig())
  } catch (cause) {
    process.stderr.write(`ekko cannot start: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    if (isBug(cause)) process.stderr.write(`${cause.stack}\n`)
    return 1
  }
  const stopped = untilStopped()
  onReady(service)
  await stopped
  const giveUp = setTimeout(() => process.exit(1), drainMaxMs)
  await service.close()
  clearTimeout(giveUp)
  return 0
}

/** What is refused at the start explains itself; only our own mistakes need to say where they happened. */
function isBug(cause: unknown): cause is Error {
  return cause instanceof TypeError || cause instanceof ReferenceError || cause instanceof RangeError
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
