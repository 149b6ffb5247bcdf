/** `ekko serve`: runs the service, and says where it answers and what to sign in with. */
import { parseArgs } from 'node:util'
import { serve } from '../main.ts'
import type { RunningService } from '../service.ts'
import { say } from './context.ts'

export function runServe(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  return serve((service) => announce(service, values.json))
}

function announce({ origin, apiKey, rootId, sandboxDashboard }: RunningService, json: boolean): void {
  const lines = [
    `ekko serves on ${origin}`,
    apiKey && `API key ${apiKey}`,
    sandboxDashboard && `Sandbox provider ${sandboxDashboard}`,
  ]
  say(
    json,
    { origin, apiKey, rootOrganisationId: rootId, sandboxDashboard },
    lines.filter(Boolean).join('\n'),
  )
}
