import { describe } from 'vitest'
import { type Engine, testDatabase } from '../../test/support/database.ts'
import { describePsp, type PspHarness, type ShopperStory } from '../../test/support/psp-conformance.ts'
import { payWith } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { startSandboxPspWork } from '../sandbox-psp/work.ts'
import { sandboxPspAdapter } from './sandbox-psp.ts'

describe.each(['embedded', 'postgres'] as const)('on %s', (engine) => {
  describePsp('the sandbox provider', () => openHarness(engine), { voids: true })
})

async function openHarness(engine: Engine): Promise<PspHarness> {
  const db = await testDatabase({ engine })
  const stand = await standUp(db.database)
  const work = startSandboxPspWork(stand.options)
  const { apiKey, notificationSecret } = stand.options
  const walks: { readonly [story in ShopperStory]: (url: string) => Promise<unknown> } = {
    pays: (url) => payWith(url, 'success'),
    'is declined': (url) => payWith(url, 'decline'),
    'approves a challenge': (url) => payWith(url, 'challenge', true),
    'refuses a challenge': (url) => payWith(url, 'challenge', false),
    'pays, known later': (url) => payWith(url, 'delayed_success'),
    'fails, known later': (url) => payWith(url, 'delayed_failure'),
    'pays, refunds fail later': (url) => payWith(url, 'refund_failure'),
    'pays, refunds take a while': (url) => payWith(url, 'delayed_refund'),
    'pays, disputes and we win': (url) => payWith(url, 'dispute_won'),
    'pays, disputes and we lose': (url) => payWith(url, 'dispute_lost'),
  }
  return {
    psp: sandboxPspAdapter({ baseUrl: () => stand.baseUrl, apiKey, notificationSecret }),
    shop: async (url, story) => void (await walks[story](url)),
    refundAtTheProvider: (pspReference, { minor }) =>
      inDashboard(stand, `payments/${pspReference}/refund`, { amountMinor: minor.toString() }),
    payOutAtTheProvider: () => inDashboard(stand, 'settle'),
    voidAtTheProvider: (pspReference) => inDashboard(stand, `payments/${pspReference}/void`),
    notifications: () => stand.received,
    async close() {
      await work.stop()
      await stand.close()
      await db.dispose()
    },
  }
}

async function inDashboard(stand: Stand, path: string, body?: unknown): Promise<void> {
  const answer = await stand.dashboard(path, body)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}
