// The sandbox provider's dashboard for tests of settlement, and reading what it settled without waiting for the job.

import { deriveKey, Secret } from '../../src/kernel/secret.ts'
import { sandboxPspAdapter } from '../../src/payments/sandbox-psp.ts'
import { matchSettlements } from '../../src/reconciliation/matches.ts'
import { readSettlements } from '../../src/reconciliation/settlements.ts'
import type { TestService } from './service.ts'

export interface Settling {
  dashboard(path: string, body?: unknown): Promise<{ readonly id: string }>
  /** Reads what the provider settled until now and matches it, without asking it about what is not known. */
  read(): Promise<void>
}

export function settlingOf(service: TestService): Settling {
  const { context } = service.service
  const secretFor = (purpose: string) => deriveKey(context.keys.master, purpose).toString('base64url')
  const apiKey = secretFor('sandbox psp api key')
  const psp = sandboxPspAdapter({
    baseUrl: () => `${service.origin}/sandbox-psp`,
    apiKey: new Secret(apiKey),
    notificationSecret: new Secret(secretFor('sandbox psp notifications')),
  })
  return {
    async dashboard(path, body = {}) {
      const response = await fetch(`${service.origin}/sandbox-psp/v1/dashboard/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'idempotency-key': crypto.randomUUID(),
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      })
      const answer = (await response.json()) as { id: string }
      if (!response.ok) throw new Error(JSON.stringify(answer))
      return answer
    },
    async read() {
      await context.database.query("update settlement_bookmark set read_at = read_at - interval '1 hour'")
      await readSettlements(context, psp)
      await context.database.query("update settlement_due set look_at = look_at - interval '1 day'")
      await matchSettlements(context, null)
    },
  }
}
