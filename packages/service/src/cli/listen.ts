/**
 * `ekko listen`: forwards the events of a sandbox to a receiver on this machine.
 * Not for the forwarding itself, which webhooks/forwards.ts does.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { systemClock } from '../kernel/clock.ts'
import { forwardEvents } from '../webhooks/forwards.ts'
import { notUnderstood } from './manual.ts'

export async function runListen(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const
  const options = { 'forward-to': text, origin: text, 'api-key': text, after: text }
  const { values } = parseArgs({ args: [...args], options })
  const forwardTo = values['forward-to']
  if (forwardTo === undefined || !URL.canParse(forwardTo)) throw notUnderstood('listen')
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  const config = readConfig()
  await forwardEvents({
    origin: (values.origin ?? config.origin).replace(/\/+$/, ''),
    apiKey: values['api-key'] ?? config.bootstrapApiKey?.reveal() ?? (await keptSandboxKey(config.dataDir)),
    forwardTo,
    ...(values.after !== undefined && { after: values.after }),
    clock: systemClock,
    say: (line) => void process.stdout.write(`${line}\n`),
    signal: stopping.signal,
  })
  return 0
}

async function keptSandboxKey(dataDir: string): Promise<string> {
  const kept = await readFile(join(dataDir, 'sandbox-api-key'), 'utf8').catch(() => {
    throw new TypeError('there is no sandbox in this folder; say --origin and --api-key')
  })
  return kept.trim()
}
