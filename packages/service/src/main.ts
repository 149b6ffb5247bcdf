/** Runs the service until it is told to stop. SIGTERM and SIGINT drain: what is under way is finished first. */
import { ConfigError, readConfig } from './config.ts'
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
    if (!(cause instanceof ConfigError) && process.env.EKKO_ENVIRONMENT !== 'production') process.stderr.write(stackOf(cause))
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

function stackOf(cause: unknown): string {
  return cause instanceof Error && cause.stack ? `${cause.stack}\n` : ''
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
