/** The language that Stripe's page speaks for a shopper of ours. Pure. */
import type Stripe from 'stripe'

/** Those that Checkout knows; `auto` leaves it to the browser. */
const known =
  'bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  )

/** @param tag BCP 47 */
export function checkoutLocale(tag: string): Stripe.Checkout.SessionCreateParams.Locale {
  const wished = tag.toLowerCase()
  const named = (name: string) => known.find((each) => each.toLowerCase() === name)
  return named(wished) ?? named(wished.split('-')[0]!) ?? 'auto'
}
