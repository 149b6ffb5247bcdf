/** For tests: a shopper without JavaScript, who opens pages, fills in forms and follows where they lead. */
import { fillCode } from '../../src/sandbox-psp/card-form.ts'
import { type CardCase, testCardOf } from '../../src/sandbox-psp/test-card.ts'

export interface Page {
  readonly url: string
  readonly status: number
  /** Where a redirect points to, made absolute. */
  readonly location: string | undefined
  readonly headers: Headers
  readonly text: string
}

export type CardInput = { readonly number: string; readonly expiry?: string; readonly code?: string }

export async function open(url: string): Promise<Page> {
  return pageOf(url, await fetch(url, { redirect: 'manual' }))
}

export async function submit(url: string, fields: Record<string, string>): Promise<Page> {
  return pageOf(
    url,
    await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) }),
  )
}

/** Types a card into the page as it is and presses pay. */
export function pay(page: Page, card: CardInput): Promise<Page> {
  return submit(page.url, {
    attempt: hiddenAttempt(page),
    number: card.number,
    expiry: card.expiry ?? '12 / 40',
    code: card.code ?? fillCode,
  })
}

/** Opens the checkout, pays with a published card and answers the bank if it asks; ends where the shopper ends. */
export async function payWith(checkoutUrl: string, cardCase: CardCase, approves = true): Promise<Page> {
  const after = await pay(await open(checkoutUrl), { number: testCardOf(cardCase)!.number })
  if (!after.location?.endsWith('/challenge')) return after
  const question = await open(after.location)
  return submit(question.url, { attempt: hiddenAttempt(question), answer: approves ? 'approve' : 'refuse' })
}

export function hiddenAttempt(page: Page): string {
  return /name="attempt" value="(\d+)"/.exec(page.text)?.[1] ?? ''
}

async function pageOf(url: string, response: Response): Promise<Page> {
  const location = response.headers.get('location')
  return {
    url,
    status: response.status,
    location: location === null ? undefined : new URL(location, url).href,
    headers: response.headers,
    text: await response.text(),
  }
}
