/**
 * Calls to Stripe through its own SDK, which is loaded when the first adapter is made and not before.
 * Law: every call has one deadline over all that the SDK does for it. The SDK sends a request again once, with the same
 * key, when a kept connection turns out to be closed, even though it is told to retry nothing.
 */
import http from 'node:http'
import https from 'node:https'
import type Stripe from 'stripe'
import type { Secret } from '../kernel/secret.ts'
import type { Outcome } from './psp.ts'
import { andThen, failureOf, understood } from './stripe-outcome.ts'

/** Answers keep the shape of this version, whatever the account's own default becomes. The SDK's types describe it. */
const apiVersion = '2026-10-28.endive'
const callDeadlineMs = 10_000
const socketsMax = 32
export const pageLines = 100

/** Another server than Stripe's own, for tests; its pages are there too. */
export interface StripeServer {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
}

export interface StripeCalls {
  readonly sdk: Stripe
  call<T>(ask: () => Promise<T>): Promise<Outcome<T>>
  /** One page of a list. */
  page<T>(ask: () => Promise<Stripe.ApiList<T>>): Promise<Outcome<Stripe.ApiList<T>>>
  /** Everything of a list, newest first, or `unknown` when it has more than `pagesMax` pages. */
  all<T extends { id: string }>(
    pagesMax: number,
    ask: (cursor: { limit: number; starting_after?: string }) => Promise<Stripe.ApiList<T>>,
  ): Promise<Outcome<readonly T[]>>
}

export interface StripeCallOptions {
  readonly secretKey: Secret
  readonly server?: StripeServer
  /** How long one call may take; `callDeadlineMs` unless given. */
  readonly deadlineMs?: number
}

export async function openStripe(options: StripeCallOptions): Promise<StripeCalls> {
  const { default: StripeSdk } = await import('stripe')
  const { server, deadlineMs = callDeadlineMs } = options
  const { Agent } = server?.protocol === 'http' ? http : https
  const sdk = new StripeSdk(options.secretKey.reveal(), {
    apiVersion,
    maxNetworkRetries: 0,
    timeout: deadlineMs,
    telemetry: false,
    httpClient: StripeSdk.createNodeHttpClient(new Agent({ keepAlive: true, maxSockets: socketsMax })),
    ...server,
  })
  const call = <T>(ask: () => Promise<T>) => withDeadline(ask, deadlineMs)
  const page = async <T>(ask: () => Promise<Stripe.ApiList<T>>) =>
    andThen(await call(ask), (list) => understood(isList(list) ? list : undefined))
  return {
    sdk,
    call,
    page,
    async all<T extends { id: string }>(
      pagesMax: number,
      ask: (cursor: { limit: number; starting_after?: string }) => Promise<Stripe.ApiList<T>>,
    ) {
      const found: T[] = []
      for (let pages = 0; pages < pagesMax; pages++) {
        const last = found.at(-1)
        const cursor = { limit: pageLines, ...(last && { starting_after: last.id }) }
        const list = await page(() => ask(cursor))
        if (list.kind !== 'done') return list as Outcome<never>
        found.push(...list.value.data)
        if (!list.value.has_more) return { kind: 'done', value: found }
      }
      return { kind: 'unknown', cause: `more than ${pagesMax} pages` }
    },
  }
}

function isList({ data, has_more }: Stripe.ApiList<unknown>): boolean {
  return Array.isArray(data) && typeof has_more === 'boolean'
}

async function withDeadline<T>(ask: () => Promise<T>, deadlineMs: number): Promise<Outcome<T>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer before the deadline')), deadlineMs)
  })
  try {
    return { kind: 'done', value: await Promise.race([ask(), late]) }
  } catch (error) {
    return failureOf(error)
  } finally {
    clearTimeout(timer)
  }
}
