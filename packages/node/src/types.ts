/**
 * For: the shapes that cross the API, as a merchant's server sees them. Written by hand so that the package needs nothing else.
 * Not for: validation; the service validates, and an answer may carry fields that are not here yet.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 *
 * Amounts are decimal numbers in major units of their currency (12.4 is GBP 12.40), ids are UUIDs, countries ISO 3166-1
 * alpha-3, currencies ISO 4217, instants ISO 8601 in UTC.
 */

// -- organisations --

export interface Address {
  line1: string
  line2?: string | null
  line3?: string | null
  city: string
  postalCode: string
  state?: string | null
  countryCode: string
}

export interface Billing {
  companyRegistrationNumber?: string | null
  currencyCode?: string
  email?: string | null
  taxNumber?: string | null
}

export interface NewOrganisation {
  parentOrganisationId: string
  tradingName: string
  legalName: string
  address: Address
  currencyCode: string
  website?: string | null
  billing?: Billing | null
  /** Merchant category code, four digits. Without it each session must name the merchant. */
  mcc?: string | null
  /** 0 to 1: the share of the parent's part of the service fee that is passed down. 0 when absent. */
  relativeProfitShare?: number | null
  /** Your own reference, for example a merchant id. */
  organisationReference?: string | null
}

export interface Organisation {
  organisationId: string
  /** Null for the root. */
  parentOrganisationId: string | null
  organisationReference: string | null
  tradingName: string
  legalName: string
  address: {
    line1: string
    line2: string
    line3: string
    city: string
    postalCode: string
    state: string
    countryCode: string
  }
  currencyCode: string
  website: string | null
  billing: {
    companyRegistrationNumber: string | null
    currencyCode: string | null
    email: string | null
    taxNumber: string | null
  } | null
  mcc: string | null
  relativeProfitShare: number
  /** 0 to 1: share of the whole service fee, before its own children take theirs. */
  proportionalProfitShare: number
  /** 0 to 1, of the impact amount. */
  serviceFeePercentage: number
  status: { value: string; message: string | null }
  impactPartners: { id: string; name: string }[]
  calculationTypes: string[]
  brandId: string
  productId: string
}

// -- sessions --

export interface Consumer {
  /** Your own id for the consumer; no name and no e-mail address, please. */
  reference: string
  countryCode: string
  postalCode?: string | null
  city?: string | null
  state?: string | null
}

export interface Merchant {
  name: string
  /** Four digits; the organisation's own when absent. */
  mcc?: string | null
  address?: {
    line1?: string | null
    line2?: string | null
    line3?: string | null
    city?: string | null
    postalCode?: string | null
    state?: string | null
    countryCode: string
  } | null
}

export interface Transaction {
  /** Major units. */
  amount: number
  currencyCode: string
}

export interface OrderItem {
  itemReference?: string | null
  sku?: string | null
  description?: string | null
  category?: string | null
  quantity?: number
  unitPrice?: { value: number; currencyCode: string } | null
  /** Price of one before discounts; makes the estimate independent of them. */
  listPrice?: { value: number; currencyCode: string } | null
}

export interface ProjectFilters {
  matchConsumerLocation?: boolean
  credits?: { matchConsumerLocation?: boolean } | null
  contribution?: { matchConsumerLocation?: boolean } | null
}

export type ImpactType = 'carbon' | 'nature'
export type SdkVariant = 'embedded' | 'takeover'

export interface NewPostPurchaseSession {
  organisationId: string
  sdkVariant?: SdkVariant
  impactType?: ImpactType
  /** BCP 47, for example `de-DE`; `en-GB` where it is not supported. */
  locale?: string | null
  consumer: Consumer
  merchant?: Merchant | null
  transaction: Transaction
  /** At most 500. */
  orderItems?: OrderItem[] | null
  projectFilters?: ProjectFilters | null
}

/** An estimate with the two ends of its 90 % range. Grams and ounces of CO2e, square metres and feet of nature lost for a year. */
export interface Footprint {
  kind: ImpactType
  grams?: number | null
  lowGrams?: number | null
  highGrams?: number | null
  ounces?: number | null
  squareMetres?: number | null
  lowSquareMetres?: number | null
  highSquareMetres?: number | null
  squareFeet?: number | null
  breakdown: Record<string, number>
  /** Tier of the sector match: A clear, B basket, C proxy, D fall-back. */
  confidence: string
  /** Share of the amount, 0 to 1, that was counted by the categories of order items. */
  itemShare?: number
  equivalents: { id: string; value: number; unit: string; source: string }[]
  /** Everything needed to recompute the estimate offline. */
  provenance: unknown
}

export interface CreatedPostPurchaseSession {
  sessionId: string
  /** For the browser, and for this one session only. Shown once. */
  clientSecret: string
  quoteId: string
  expiresAt: string
  footprint: Footprint
}

export interface PostPurchaseSession {
  sessionId: string
  organisationId: string
  quoteId: string
  sdkVariant: SdkVariant
  impactType: ImpactType
  locale: string
  status: 'open' | 'contributed' | 'dismissed' | 'expired'
  createdAt: string
  expiresAt: string
  transaction: Transaction
  footprint: Footprint
  contributions: {
    contributionId: string
    status: string
    /** Major units; what the consumer pays in all. */
    amount: number
    currencyCode: string
    fundsAllocationId: string | null
    createdAt: string
  }[]
}

// -- projects --

export interface Project {
  id: string
  impactPartnerId: string
  name: string
  shortDescription: string
  longDescription: string
  image: string
  type: 'carbonCredits' | 'natureCredits' | 'contribution'
  subtype: string | null
  location: { countryCode: string; region: string; state: string }
  theme: string | null
  unit: { description: string; price: number | null; type: 'unit' | 'monetary'; currencyCode: string }
  sdgs: { number: number; name: string }[]
  standard: string | null
  registry: string | null
  /** True for the invented projects of a sandbox. */
  sample: boolean
}

// -- allocations and records --

export interface NewReversal {
  /** Major units; all that is left when absent. */
  amount?: number | null
  reason?: string | null
}

export interface ReversalAmounts {
  impactAmount: number
  impactSalesTaxAmount: number
  impactSalesTaxRate: number
  serviceFeeAmount: number
  serviceFeeSalesTaxAmount: number
  serviceFeeSalesTaxRate: number
}

export interface ReversedCredit extends ReversalAmounts {
  projectId: string
}

export interface ReversedContribution extends ReversalAmounts {
  impactPartnerId: string
  projectId: string | null
}

/** What goes back. Amounts are negative, rates are not. */
export interface Reversal {
  fundsAllocationId: string
  reversalId: string
  /** `pending` while the payment provider has not accepted the refund. */
  status: 'done' | 'pending'
  currencyCode: string
  totalAmount: number
  credits: ReversedCredit[]
  contribution: ReversedContribution[]
  taxLiability: 'platform'
}

export interface ImpactRecordLine {
  impactPartnerId: string
  projectId: string | null
  /** Units bought, for credits. */
  quantity: number | null
  unit: string | null
  amounts: { impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
}

/** One allocation, or one reversal. `total = impact + impactTax + serviceFee + serviceFeeTax`, and the profit shares add up to the fee. */
export interface ImpactRecord {
  /** The cursor: the allocation's id, or the reversal's. */
  id: string
  fundsAllocationId: string
  reversalId: string | null
  quoteId: string
  sessionId: string | null
  fundsDateTime: string
  /** Null once the consumer was erased. */
  consumerReference: string | null
  fundsOrganisationId: string
  fundsOrganisationReference: string | null
  collectionOrganisationId: string
  fundsCurrencyCode: string
  reversal: boolean
  taxLiability: 'platform'
  amounts: { total: number; impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
  profitShares: { organisationId: string; amount: number }[]
  merchant: {
    name: string | null
    mcc: string | null
    address: {
      line1: string
      line2: string
      city: string
      state: string
      postalCode: string
      countryCode: string
    } | null
  } | null
  credits: ImpactRecordLine[]
  contribution: ImpactRecordLine[]
}

export interface ImpactRecordPage {
  hasMore: boolean
  /** Newest first. */
  data: ImpactRecord[]
}

/** The same query as the API's, with a `Date` and a number where they read better. */
export interface ImpactRecordQuery {
  /** Inclusive. */
  dateTimeFrom: string | Date
  /** Exclusive. */
  dateTimeTo: string | Date
  /** 1 to 100 records a page; 25 when absent. */
  limit?: number
  /** The last record of the page before. */
  startingAfter?: string
  /** The first record of the page after. */
  endingBefore?: string
  consumerReference?: string
  impactPartnerId?: string
  fundsOrganisationId?: string
}

// -- webhooks --

export type EventType = 'IMPACT_PAYMENT' | 'IMPACT_PAYMENT_REVERSAL'

export interface NewWebhookEndpoint {
  url: string
  /** Whose events; the key's own organisation and all below it when absent. */
  organisationId?: string | null
  /** All when absent. */
  eventTypes?: EventType[] | null
  /** Sign with Ed25519 (`v1a`) too; then `publicKeys` verify as well as the secret. */
  asymmetricSignature?: boolean | null
  /** Send the original `signature` header too, which proves nothing. */
  legacySignature?: boolean | null
  /** The events of one allocation strictly one after the other. */
  ordered?: boolean | null
}

/** What is absent stays. */
export interface WebhookEndpointChanges {
  url?: string
  eventTypes?: EventType[] | null
  asymmetricSignature?: boolean | null
  legacySignature?: boolean | null
  ordered?: boolean | null
}

export interface WebhookEndpoint {
  id: string
  organisationId: string
  url: string
  eventTypes: EventType[] | null
  /** `enabled`, `paused` by you, or `disabled` by the service. */
  status: string
  createdAt: string
  pausedAt: string | null
  disabledAt: string | null
  /** `gone`: it answered 410; `failing`: five days of nothing but failure. */
  disabledReason: string | null
  asymmetricSignature: boolean
  /** `whpk_…`, for `verifyWebhook`, when `asymmetricSignature`. */
  publicKeys: string[]
  legacySignature: boolean
  ordered: boolean
  health: {
    /** `closed`: well; `degraded`: one attempt at a time; `paused`: only a probe now and then. */
    state: string
    attemptsAtOnce: number
    failures: number
    failingSince: string | null
    lastFailureAt: string | null
    nextProbeAt: string | null
  }
}

export interface CreatedWebhookEndpoint extends WebhookEndpoint {
  /** `whsec_…`, for `verifyWebhook`. Shown once. */
  secret: string
}

export interface NewSecretRotation {
  /** How long the secret before goes on signing too: 0 to 604,800; 86,400 when absent. */
  overlapSeconds?: number | null
}

export interface SecretRotation {
  /** `whsec_…`, the new one. Shown once. */
  secret: string
  previousValidUntil: string
  publicKeys: string[]
}

export interface NewTestEvent {
  /** IMPACT_PAYMENT when absent. */
  eventType?: EventType | null
}

export interface NewReplay {
  /** ISO 8601, inclusive. */
  createdFrom?: string | null
  /** ISO 8601, exclusive. */
  createdTo?: string | null
  /** `undelivered` when absent: what the endpoint never accepted. */
  scope?: 'undelivered' | 'all' | null
}

export interface Replay {
  replayed: number
}

export interface WebhookAttempt {
  startedAt: string
  durationMs: number
  /** `accepted`, `rejected`, `timeout`, `unreachable`, `refused`, `incomplete` or `interrupted`. */
  outcome: string
  httpStatus: number | null
  /** Code of the error, when there was no answer. */
  detail: string | null
  /** How your answer began. */
  answer: string | null
  /** False when it used up none of the schedule. */
  counted: boolean
}

export type WebhookDeliveryStatus = 'pending' | 'delivered' | 'exhausted' | 'cancelled'

export interface WebhookDelivery {
  id: string
  endpointId: string
  eventId: string
  eventType: EventType
  organisationId: string
  fundsAllocationId: string
  sequence: number
  test: boolean
  status: WebhookDeliveryStatus
  sending: boolean
  /** Since the last replay. */
  attemptCount: number
  createdAt: string
  nextAttemptAt: string | null
  deliveredAt: string | null
  replayedAt: string | null
  lastAttempt: WebhookAttempt | null
}

export interface WebhookDeliveryDetail extends WebhookDelivery {
  /** Oldest first; the latest 100. */
  attempts: WebhookAttempt[]
}

export interface WebhookDeliveryPage {
  hasMore: boolean
  /** Newest first. */
  data: WebhookDelivery[]
}

/** By endpoint or by event; one of the two is needed. */
export interface WebhookDeliveryQuery {
  endpointId?: string
  eventId?: string
  status?: WebhookDeliveryStatus
  /** 1 to 100; 25 when absent. */
  limit?: number
  /** The last delivery of the page before. */
  startingAfter?: string
}

export interface EventQuery {
  /** The last event that you have; from the first one when absent. */
  startingAfter?: string
  /** 1 to 100; 25 when absent. */
  limit?: number
  /** `oldest` first when absent. `newest` takes no cursor. */
  order?: 'oldest' | 'newest'
  /** How long to wait for an event when there is none yet: 0 to 25; 0 when absent. */
  waitSeconds?: number
}

export interface EventPage {
  hasMore: boolean
  data: ImpactPaymentEvent[]
}

/** The body of a webhook. Amounts are positive in both directions; `eventType` says which way the money went. */
export interface ImpactPaymentEvent {
  footprintId: string
  organisationId: string
  brandId: string
  productId: string
  customerId: string
  eventType: EventType
  timestamp: string
  payment: { amount: number; currencyCode: string; serviceFee: number }
  /** Grams of CO2e; `quote` is 0 for nature sessions. */
  carbon: { unit: 'grams'; quote: number; compensated: number }
  /** The same in every delivery: what to deduplicate by. Also the `webhook-id` header. */
  eventId: string
  /** Counts up from 1 for each allocation: what to sort by. */
  sequence: number
  quoteId: string
  sessionId: string | null
  fundsAllocationId: string
  reversalId: string | null
  /** Square metres of intact nature lost for a year. */
  nature?: { unit: 'squareMetres'; quote: number }
  /** You asked for this test event; no money moved and its ids are invented. */
  test?: true
}

// -- errors --

export interface ErrorIssue {
  path: string
  message: string
}

export interface ErrorBody {
  error: string
  code: string
  requestId: string
  issues?: ErrorIssue[]
}

/** The codes that the service documents. */
export type ApiErrorCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'CLIENT_SECRET_EXPIRED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'ALREADY_REVERSED'
  | 'ALREADY_CONTRIBUTED'
  | 'IDEMPOTENCY_IN_FLIGHT'
  | 'MAX_ENDPOINTS_REACHED'
  | 'REQUEST_ENTITY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNPROCESSABLE_ENTITY'
  | 'UNKNOWN_MCC'
  | 'UNKNOWN_COUNTRY'
  | 'UNSUPPORTED_CURRENCY'
  | 'INVALID_AMOUNT'
  | 'MERCHANT_REQUIRED'
  | 'FOOTPRINT_NOT_APPLICABLE'
  | 'PROJECTS_UNAVAILABLE'
  | 'ENDPOINT_REFUSED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'TOO_MANY_REQUESTS'
  | 'INTERNAL_SERVER_ERROR'
  | 'SERVICE_UNAVAILABLE'
