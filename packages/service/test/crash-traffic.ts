// Shoppers and merchants who keep on trying while the service dies under them.
// Law: everything that is left to chance is decided before the round begins, so that a seed says what was done.

import type { CardCase } from '../src/sandbox-psp/test-card.ts'
import type { Receiver } from './crash-receiver.ts'
import { open, type Page, payWith, submit } from './support/sandbox-shopper.ts'
import { call, consentOf, sessionExample } from './support/service.ts'

const newPurchasesPerRound = 3
const returningPerRound = 2
const reversalsPerRound = 2
const shoppersComeWithinMs = 150
const cards: readonly CardCase[] = ['success', 'success', 'challenge', 'delayed_success', 'delayed_refund']
const amounts = ['1.00', '2.00', '5.00']
const reversalAmounts = [undefined, 0.01, 0.37, 1]

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export type Dice = () => number

export function diceOf(seed: number): Dice {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Session {
  readonly sessionId: string
  readonly clientSecret: string
}

interface Purchase {
  readonly reference: string
  /** Known once the merchant has got an answer. */
  session?: Session
  payUrl?: string | undefined
  reversal?: { readonly amount: number | undefined; isAnswered: boolean }
}

export interface Shop {
  readonly origin: string
  readonly apiKey: string
  readonly organisationId: string
  readonly receiver: Receiver
}

/** What one round does: things that begin at about the same time. */
export type Action = () => Promise<void>

export class Traffic {
  readonly #shop: Shop
  readonly #purchases: Purchase[] = []

  constructor(shop: Shop) {
    this.#shop = shop
  }

  /**
   * New purchases, shoppers who come back to those not paid yet, and merchants who give money back.
   * @param spanMs how long a round takes; reversals begin somewhere in it, so that kills meet them too
   */
  plan(dice: Dice, spanMs: number): Action[] {
    const old = [...this.#purchases]
    const unpaid = old.filter((purchase) => !this.#allocationOf(purchase))
    const paid = old.filter((purchase) => this.#allocationOf(purchase))
    const returning = chosen(unpaid, returningPerRound, dice)
    const fresh = Array.from({ length: newPurchasesPerRound }, () => this.#newPurchase())
    const reversing = chosen(
      paid.filter((purchase) => purchase.reversal?.isAnswered !== true),
      reversalsPerRound,
      dice,
    )
    return [
      ...[...fresh, ...returning].flatMap((purchase) => this.#visits(purchase, dice)),
      ...reversing.map((purchase) => this.#reverses(purchase, dice, dice() * spanMs)),
    ]
  }

  /** Merchants ask again for the reversals they had no answer to. */
  async askAgain(): Promise<void> {
    await Promise.all(this.#unanswered().map((purchase) => this.#reverse(purchase)))
  }

  /** One sentence for each reversal that the merchant still waits for. */
  unanswered(): string[] {
    return this.#unanswered().map(({ reference }) => `the reversal for ${reference} was never answered`)
  }

  #unanswered(): Purchase[] {
    return this.#purchases.filter(({ reversal }) => reversal && !reversal.isAnswered)
  }

  #newPurchase(): Purchase {
    const purchase: Purchase = { reference: `shopper_${this.#purchases.length + 1}` }
    this.#purchases.push(purchase)
    return purchase
  }

  #allocationOf({ session }: Purchase): string | undefined {
    return session && this.#shop.receiver.allocationOf(session.sessionId)
  }

  /** One shopper, sometimes in two tabs. */
  #visits(purchase: Purchase, dice: Dice): Action[] {
    const tabs = dice() < 0.3 ? 2 : 1
    const beginsAfterMs = dice() * shoppersComeWithinMs
    const choices = Array.from({ length: tabs }, () => ({
      amount: oneOf(amounts, dice),
      card: oneOf(cards, dice),
    }))
    const isAvailable = later(beginsAfterMs, () => this.#createSession(purchase))
    let opened: Promise<void> | undefined
    return choices.map(({ amount, card }) => async () => {
      opened ??= isAvailable()
      await opened
      if (purchase.payUrl) await contribute(purchase.payUrl, amount, card)
    })
  }

  async #createSession(purchase: Purchase): Promise<void> {
    const { origin, organisationId } = this.#shop
    const example = sessionExample(organisationId)
    const wanted = { ...example, consumer: { ...example.consumer, reference: purchase.reference } }
    const session = await this.#post<Session>('/v3/post-purchase/sessions', wanted, purchase.reference)
    if (session === undefined) return
    const before = purchase.session?.sessionId ?? session.sessionId
    if (before !== session.sessionId) {
      throw new Error(`the key ${purchase.reference} made sessions ${before} and ${session.sessionId}`)
    }
    purchase.session = session
    const component = await call(origin, session.clientSecret, 'GET', '/v3/component')
    purchase.payUrl = /action="([^"]*\/pay\/[^"]*)"/.exec(component.body)?.[1]
  }

  #reverses(purchase: Purchase, dice: Dice, afterMs: number): Action {
    purchase.reversal ??= { amount: oneOf(reversalAmounts, dice), isAnswered: false }
    return later(afterMs, () => this.#reverse(purchase))
  }

  async #reverse(purchase: Purchase): Promise<void> {
    const reversal = purchase.reversal!
    const path = `/v3/funds/allocations/${this.#allocationOf(purchase)}/reverse`
    const answer = await this.#post(path, { amount: reversal.amount }, `reverse ${purchase.reference}`)
    reversal.isAnswered = answer !== undefined
  }

  /** The answer; undefined while an earlier attempt with the key, of a process that died, has not been given up. */
  async #post<Answer>(path: string, body: unknown, key: string): Promise<Answer | undefined> {
    const { origin, apiKey } = this.#shop
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Answer & { code?: string }
    if (answer.code === 'IDEMPOTENCY_IN_FLIGHT') return undefined
    if (response.status !== 201)
      throw new Error(`${path} answered ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
}

/** Goes as far as the service lets the shopper go, and looks at the result. */
async function contribute(payUrl: string, amount: string, card: CardCase): Promise<void> {
  const review = await seen(open(`${payUrl}?amount=${amount}`))
  const consent = consentOf(review)
  if (consent === '') return // Paid already, or on its way.
  const started = await seen(submit(payUrl, { amount, consent }))
  const checkout = isCheckout(started.location) ? started.location : checkoutIn(await seen(open(payUrl)))
  if (checkout === undefined) return
  const home = await seen(payWith(checkout, card))
  if (home.location === undefined) return
  const returned = await seen(open(home.location))
  if (returned.location !== undefined) await seen(open(returned.location))
}

function isCheckout(address: string | undefined): address is string {
  return address?.includes('/checkout/') === true
}

function checkoutIn(page: Page): string | undefined {
  return /href="([^"]*\/checkout\/[^"]*)"/.exec(page.text)?.[1]
}

async function seen(visit: Promise<Page>): Promise<Page> {
  const page = await visit
  if (page.status >= 500) throw new Error(`${page.url} answered ${page.status}`)
  return page
}

function later(ms: number, act: Action): Action {
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    await act()
  }
}

function oneOf<T>(list: readonly T[], dice: Dice): T {
  return list[Math.floor(dice() * list.length)]!
}

function chosen<T>(list: readonly T[], max: number, dice: Dice): T[] {
  return list
    .map((each) => ({ each, order: dice() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, max)
    .map(({ each }) => each)
}
