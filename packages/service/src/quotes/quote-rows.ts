/**
 * Quotes as rows, and those that a server asks for by itself. Not for what a session writes along with its quote
 * (`sessions/session-inserts.ts`), nor for what a quote comes to (`quotes.ts`).
 * Law: a quote never changes; a quote of somebody else's is answered as if there were none.
 */
import type { Footprint, NewQuote, Project, Quote, QuoteProjectQuery } from '@ekko/contract/resources'
import type { ConsumerSeals } from '../consumers/consumer.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { resolveLocale } from '../kernel/locale.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { type ProjectRow, showProject } from '../projects/projects.ts'
import type { Terms } from './quote.ts'
import { partnersOf, showOffer } from './quoted-offer.ts'
import { makeQuote, orderItemsText, type Quote as NewTerms, type QuoteSources } from './quotes.ts'

/** Prices stand as long as the link to a hosted page does. */
export const quoteTtlMs = 30 * 24 * 60 * 60 * 1000
