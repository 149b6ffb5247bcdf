// The pages in every language: whole, lawful, in the right direction, with money and numbers as the reader writes them.

import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import { describe, expect, test } from 'vitest'
import { checkout } from '../../../browser/test/support/checkout.ts'
import * as views from '../../../browser/test/support/views.ts'
import { preferredLocale, resolveLocale } from '../sessions/locale.ts'
import { claimsIn } from '../wording/claim.ts'
import { renderCheckout } from './checkout.ts'
import { renderComponent } from './component.ts'
import { consentText, renderPaymentPage } from './hosted-payment.ts'
import { chosenAmount } from './hosted-payment-amount.ts'
import { renderMethodPage } from './method.ts'
import type { ComponentView, PaymentPageView } from './views.ts'
import { wordsFor } from './words.ts'

const locales = ['en-GB', 'en-US', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'sv', 'ja', 'ar']
const components: ComponentView[] = (
  ['ready', 'pending', 'thanked', 'failed', 'dismissed', 'expired'] as const
).map((state) => ({ ...views.component, state, contribution: views.contribution }))
const pages: PaymentPageView[] = [
  { ...views.choose, problem: 'too_small', typed: '0.10' },
  views.review,
  views.goOn,
  views.pending,
  views.thanked,
  views.failed,
  ...(['declined', 'expired', 'unavailable'] as const).map(views.closed),
]
const set = await loadFactorSet()
const everythingIn = (locale: string) => [
  renderMethodPage(set, { ...views.closed('declined'), locale }),
  ...components.map((view) => renderComponent({ ...view, locale }, { styles: 'link' })),
  renderComponent({ ...views.natureComponent, locale }, { styles: 'link' }),
  renderCheckout({ ...checkout, locale }, { styles: 'link' }),
  ...pages.map((view) => renderPaymentPage({ ...view, locale })),
]
const textOf = (markup: string) => markup.replace(/<[^>]+>/g, ' | ').replaceAll('&#39;', '’')

describe.each(locales)('in %s', (locale) => {
  test('everything says its language and direction', () => {
    const direction = locale === 'ar' ? 'rtl' : 'ltr'
    for (const markup of everythingIn(locale)) expect(markup).toContain(`lang="${locale}" dir="${direction}"`)
  })

  test('nothing is claimed that may not be', () => {
    for (const markup of everythingIn(locale)) expect(claimsIn(textOf(markup))).toEqual([])
  })

  test('an offer and a thank-you say that the footprint stays what it is', () => {
    const { doesNotChange } = wordsFor(locale)
    const asking = everythingIn(locale).filter((markup) =>
      /data-ekko="(pay|choices)"|<form method="post"/.test(markup),
    )
    expect(asking.length).toBeGreaterThan(1)
    for (const markup of asking) expect(textOf(markup)).toContain(doesNotChange)
  })

  test('the consent names the button as it is, every part of the payment, and where it goes', () => {
    const view = { ...views.review, locale, split: { ...views.review.split, impactTaxMinor: 100n } }
    const text = consentText(view)
    const page = renderPaymentPage({ ...view })
    const button = /<button class="button" type="submit">([^<]+)<\/button>/.exec(page)?.[1]
    expect(text).toContain(button)
    for (const figure of [/2[.,]00/, /1[.,]64/, /1[.,]00/, /0[.,]30/, /0[.,]06/]) expect(text).toMatch(figure)
    for (const { name } of view.projects) expect(text).toContain(name)
    expect(text).toContain(view.merchantName)
    expect(text).toContain(wordsFor(locale).doesNotChange)
  })

  test('there is no estimate without its range', () => {
    const words = wordsFor(locale)
    const markup = renderComponent({ ...views.component, locale }, { styles: 'link' })
    const bounds = /class="range"[^>]*>([^<]+)</.exec(markup)?.[1]
    expect(bounds).toMatch(/7[.,]5/)
    expect(bounds).toMatch(/47/)
    expect(markup).toContain(words.methodLink)
  })
})

const spaced = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

test.each([
  ['en-GB', '£2.00'],
  ['de', '2,00 £'],
  ['de-CH', '£ 2.00'],
  ['fr', '2,00 £GB'],
  ['pl', '2,00 GBP'],
  ['ja', '£2.00'],
])('money in %s is written %s', (locale, money) => {
  expect(spaced(renderPaymentPage({ ...views.review, locale }))).toContain(
    `<p class="amount-paid">${money}</p>`,
  )
})

test('figures in Arabic are those of the reader’s country', () => {
  const amountIn = (locale: string) =>
    /class="amount-paid">([^<]+)</.exec(renderPaymentPage({ ...views.review, locale }))?.[1]
  expect(amountIn('ar')).toContain('2.00')
  expect(amountIn('ar-EG')).toContain('٢٫٠٠')
})

test('names keep their own direction in a sentence of the other one', () => {
  const arabic = wordsFor('ar').backToShop({ merchantName: 'Harbour Books' })
  expect(arabic).toContain('\u2068Harbour Books\u2069')
  expect(wordsFor('de').backToShop({ merchantName: 'مكتبة' })).toBe('Zurück zu \u2068مكتبة\u2069')
  expect(wordsFor('de').backToShop({ merchantName: 'Bücher' })).toBe('Zurück zu Bücher')
  expect(wordsFor('ar').list(['One', 'Two'])).toMatch(/\u2068One\u2069.*\u2068Two\u2069/)
})

test('plurals follow the language', () => {
  const charges = (count: number) =>
    wordsFor('pl').comparisons.smartphone_charges({ count, amount: `${count}` })
  expect([1, 3, 5, 22, 1.5].map(charges)).toEqual([
    '1 ładowanie smartfona',
    '3 ładowania smartfona',
    '5 ładowań smartfona',
    '22 ładowania smartfona',
    '1.5 ładowania smartfona',
  ])
})

test.each([
  ['de', 'de'],
  ['de-AT', 'de-AT'],
  ['de-LU', 'de'],
  ['pt-BR', 'pt-BR'],
  ['en', 'en-GB'],
  ['en-us', 'en-US'],
  ['en_AU', 'en-AU'],
  ['ja-JP', 'ja'],
  ['ar-Arab-EG', 'ar-EG'],
  ['zh-Hant-TW', 'en-GB'],
  ['', 'en-GB'],
  ['constructor', 'en-GB'],
  [null, 'en-GB'],
])('a wish for %s gets %s', (wished, locale) => {
  expect(resolveLocale(wished)).toBe(locale)
  expect(wordsFor(wished ?? '').locale).toBe(locale)
})

test('a page of no session is in the first language of the reader that there is', () => {
  expect(preferredLocale('zh-CN, fr;q=0.4, de-AT;q=0.8, *;q=0.1')).toBe('de-AT')
  expect(preferredLocale('en;q=0.9')).toBe('en-GB')
  expect(preferredLocale('ja;q=0, nl')).toBe('nl')
  expect(preferredLocale(',;;q=x')).toBe('en-GB')
  expect(preferredLocale(undefined)).toBe('en-GB')
})

test('an amount may be typed with the figures of the language', () => {
  const bounds = { currency: 'GBP', minimumMinor: 50n, maximumMinor: 25_000n }
  for (const typed of ['٣٫٥٠', '３．５０', '\u200f3,50', '3,50 €']) {
    const query = new URLSearchParams({ amount: 'other', other: typed })
    expect([typed, chosenAmount(query, bounds)]).toEqual([typed, { amountMinor: 350n }])
  }
})
