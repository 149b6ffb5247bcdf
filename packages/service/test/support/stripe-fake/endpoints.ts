/** For tests: the endpoints of the unofficial fake of Stripe: their addresses, what they take, and what they answer. */
import type Stripe from 'stripe'
import type { FakeAccount } from './account.ts'
import { type Form, type Known, Refused, requiredAt, textAt, textsAt, wholeAt } from './form.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  readonly known: Known
  /** @throws Refused */
  readonly answer: (account: FakeAccount, form: Form, id: string, origin: string) => object
}

const expand = { expand: [true] } as const
const page = { limit: true, starting_after: true, ...expand } as const
const range = { gte: true, gt: true, lte: true, lt: true } as const
const metadata = { '*': true } as const

export const endpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions$/,
    known: {
      ...expand,
      mode: true,
      client_reference_id: true,
      metadata,
      payment_intent_data: { metadata, capture_method: true },
      line_items: [
        {
          quantity: true,
          price_data: { currency: true, unit_amount: true, product_data: { name: true } },
        },
      ],
      adaptive_pricing: { enabled: true },
      success_url: true,
      cancel_url: true,
      expires_at: true,
      locale: true,
    },
    answer: createSession,
  },
  {
    method: 'GET',
    path: /^\/v1\/checkout\/sessions$/,
    known: { ...page, created: range, payment_intent: true },
    answer: (account, form) =>
      list(
        account.all<Stripe.Checkout.Session>('checkout.session'),
        form,
        ({ created, payment_intent }) =>
          isWithin(created, form) && isSame(payment_intent, form, 'payment_intent'),
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/checkout\/sessions\/([^/]+)$/,
    known: expand,
    answer: (account, _form, id) => account.session(id),
  },
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions\/([^/]+)\/expire$/,
    known: expand,
    answer: (account, _form, id) => account.expire(id),
  },
  {
    method: 'POST',
    path: /^\/v1\/refunds$/,
    known: { ...expand, payment_intent: true, amount: true, metadata },
    answer: (account, form) =>
      account.refund(requiredAt(form, 'payment_intent'), wholeAt(form, 'amount'), textsAt(form, 'metadata')),
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds$/,
    known: { ...page, payment_intent: true },
    answer: (account, form) =>
      list(account.all<Stripe.Refund>('refund'), form, ({ payment_intent }) =>
        isSame(payment_intent, form, 'payment_intent'),
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/refunds\/([^/]+)$/,
    known: expand,
    answer: (account, _form, id) => account.get<Stripe.Refund>('refund', id),
  },
  {
    method: 'GET',
    path: /^\/v1\/disputes$/,
    known: { ...page, payment_intent: true },
    answer: (account, form) =>
      list(account.all<Stripe.Dispute>('dispute'), form, ({ payment_intent }) =>
        isSame(payment_intent, form, 'payment_intent'),
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/disputes\/([^/]+)$/,
    known: expand,
    answer: (account, _form, id) => account.get<Stripe.Dispute>('dispute', id),
  },
  {
    method: 'GET',
    path: /^\/v1\/payouts$/,
    known: { ...page, created: range },
    answer: (account, form) =>
      list(account.all<Stripe.Payout>('payout'), form, ({ created }) => isWithin(created, form)),
  },
  {
    method: 'GET',
    path: /^\/v1\/balance_transactions$/,
    known: { ...page, created: range, payout: true },
    answer: (account, form) =>
      list(
        account.all<Stripe.BalanceTransaction>('balance_transaction'),
        form,
        ({ id, created }) =>
          isWithin(created, form) && isSame(account.payoutOfLine.get(id) ?? null, form, 'payout'),
      ),
  },
]

function createSession(account: FakeAccount, form: Form, _id: string, origin: string): object {
  if (requiredAt(form, 'mode') !== 'payment') throw new Refused(400, 'parameter_invalid', 'mode')
  const item = ['line_items', '0'] as const
  const amount = wholeAt(form, ...item, 'price_data', 'unit_amount') * wholeAt(form, ...item, 'quantity')
  requiredAt(form, ...item, 'price_data', 'product_data', 'name')
  const id = account.id('cs_test')
  const intentData = form.payment_intent_data
  return account.createSession(
    {
      id,
      url: `${origin}/c/pay/${id}`,
      expiresAt: wholeAt(form, 'expires_at'),
      amount,
      currency: requiredAt(form, ...item, 'price_data', 'currency'),
      reference: textAt(form, 'client_reference_id') ?? null,
      metadata: textsAt(form, 'metadata'),
      locale: textAt(form, 'locale') ?? 'auto',
      successUrl: requiredAt(form, 'success_url'),
      cancelUrl: requiredAt(form, 'cancel_url'),
    },
    typeof intentData === 'object' ? textsAt(intentData, 'metadata') : {},
    textAt(form, 'payment_intent_data', 'capture_method') === 'automatic' ? 'automatic' : undefined,
  )
}

function list<T extends { readonly id: string }>(
  newestFirst: readonly T[],
  form: Form,
  isWanted: (each: T) => boolean,
): Stripe.ApiList<T> {
  const limit = Number(textAt(form, 'limit') ?? 10)
  if (!(limit >= 1 && limit <= 100)) throw new Refused(400, 'parameter_invalid', 'limit')
  const wanted = newestFirst.filter(isWanted)
  const after = textAt(form, 'starting_after')
  const start = after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1
  const data = wanted.slice(start, start + limit)
  return { object: 'list', data, has_more: start + limit < wanted.length, url: '/v1/list' }
}

function isWithin(created: number, form: Form): boolean {
  const bound = (name: string) => Number(textAt(form, 'created', name) ?? Number.NaN)
  return !(
    created < bound('gte') ||
    created <= bound('gt') ||
    created > bound('lte') ||
    created >= bound('lt')
  )
}

function isSame(value: unknown, form: Form, name: string): boolean {
  const wished = textAt(form, name)
  return wished === undefined || value === wished
}

const expandable: { readonly [name: string]: true } = {
  payment_intent: true,
  latest_charge: true,
  balance_transaction: true,
  source: true,
}
/** How many refunds an expanded charge shows; the rest has to be listed. */
const refundsShownMax = 10

/** The answer with the named members replaced by the objects that they name. */
export function expanded(account: FakeAccount, answer: object, form: Form): object {
  const copy = structuredClone(answer) as Record<string, unknown>
  for (const path of Object.values(textsAt(form, 'expand'))) expandAt(account, copy, path.split('.'))
  return copy
}

function expandAt(account: FakeAccount, at: Record<string, unknown>, path: readonly string[]): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (name === 'data') {
    for (const each of at.data as Record<string, unknown>[]) expandAt(account, each, rest)
    return
  }
  if (name === 'refunds' && at.object === 'charge') {
    const refunds = account.all<Stripe.Refund>('refund').filter(({ charge }) => charge === at.id)
    const data = structuredClone(refunds.slice(0, refundsShownMax))
    at.refunds = { object: 'list', data, has_more: refunds.length > refundsShownMax, url: '/v1/refunds' }
    return
  }
  if (!expandable[name]) throw new Refused(400, 'parameter_invalid', `cannot expand ${path.join('.')}`)
  const value = at[name]
  if (typeof value === 'string') at[name] = structuredClone(account.objects.get(value) ?? value)
  if (typeof at[name] === 'object' && at[name] !== null)
    expandAt(account, at[name] as Record<string, unknown>, rest)
}
