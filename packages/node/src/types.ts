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

export interface NewConsumerErasure {
  /** Your own organisation when absent, or one below it. */
  organisationId?: string | null
  consumer: { reference: string }
}

export interface ConsumerErasure {
  organisationId: string
  /** How many sessions knew the consumer; 0 when none does, or not any more. */
  erasedSessions: number
  erasedAt: string
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

/** What every quote and every session is made from. */
interface Purchase {
  organisationId: string
  /** BCP 47, for example `de-DE`; `en-GB` where it is not supported. */
  locale?: string | null
  consumer: Consumer
  merchant?: Merchant | null
  transaction: Transaction
  /** At most 500. */
  orderItems?: OrderItem[] | null
  projectFilters?: ProjectFilters | null
}

export interface NewPostPurchaseSession extends Purchase {
  sdkVariant?: SdkVariant
  impactType?: ImpactType
}

export interface NewCheckoutSession extends Purchase {
  impactType?: ImpactType
}

export interface NewImpactPaySession extends Purchase {
  impactType?: ImpactType
}

export interface NewQuote extends Purchase {
  /** Read and not used: an answer always has everything. */
  responseOptions?: Record<string, unknown> | null
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

export interface SessionContribution {
  contributionId: string
  status: string
  /** Major units; what the consumer pays in all. */
  amount: number
  currencyCode: string
  fundsAllocationId: string | null
  createdAt: string
  /** Of making this contribution, in major units. The service fee pays the card cost. */
  costs: {
    /** As it was reckoned before paying. */
    cardCost: number
    /** Once the payment provider says so. */
    cardCostActual: number | null
    /** Part of the amount that taxes, fee and card cost take, 0.2 for a fifth. */
    share: number
    /** That is a lot, and the consumer was told so before paying. */
    high: boolean
  }
}

/** What may be allocated under a quote, at prices and rates that stand until it expires. */
interface Offer {
  /** Credits for the whole estimate; absent for nature. */
  credits?: {
    totalAmount: number
    impactAmount: number
    impactSalesTaxAmount: number
    impactSalesTaxRate: number
    serviceFeeAmount: number
    serviceFeeSalesTaxAmount: number
    serviceFeeSalesTaxRate: number
    /** Units that `totalAmount` buys, no less than the central estimate. */
    quantity: number
    unit: 'gCO2e'
    /** The same amount is spent on each. `unitPrice` is of a tonne. */
    projects: { projectId: string; impactPartnerId: string; unitPrice: number }[]
  }
  contribution: {
    /** Parts of whatever is contributed; they add up to 1. */
    effectiveRates: {
      impact: number
      impactSalesTax: number
      serviceFee: number
      serviceFeeSalesTax: number
    }
    impactPartnerIds: string[]
  }
  /** The most that one allocation may come to. */
  maximumAmount: number
}

export interface Quote extends Offer {
  quoteId: string
  organisationId: string
  impactType: ImpactType
  locale: string
  transaction: Transaction
  createdAt: string
  expiresAt: string
  footprint: Footprint
  taxLiability: 'platform'
}

export interface CreatedCheckoutSession extends Offer {
  sessionId: string
  /** For the browser, and for this one session only. Shown once. */
  clientSecret: string
  quoteId: string
  expiresAt: string
  footprint: Footprint
}

export interface CheckoutSession extends Offer {
  sessionId: string
  organisationId: string
  quoteId: string
  impactType: ImpactType
  locale: string
  /** `contributed` once funds were allocated under its quote. */
  status: 'open' | 'contributed' | 'expired'
  createdAt: string
  expiresAt: string
  transaction: Transaction
  footprint: Footprint
  /** Oldest first; the first 100. */
  allocations: {
    fundsAllocationId: string
    totalAmount: number
    currencyCode: string
    allocatedAt: string
  }[]
}

export interface CreatedImpactPaySession extends Offer {
  sessionId: string
  quoteId: string
  /** Address of the hosted page; whoever has it may contribute. */
  impactPayLink: string
  expiresAt: string
  footprint: Footprint
}

export interface ImpactPaySession {
  sessionId: string
  organisationId: string
  quoteId: string
  impactType: ImpactType
  locale: string
  status: 'open' | 'contributed' | 'expired'
  createdAt: string
  /** Of the link. */
  expiresAt: string
  impactPayLink: string
  transaction: Transaction
  footprint: Footprint
  contributions: SessionContribution[]
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
  contributions: SessionContribution[]
}

// -- projects --

export interface ImpactPartner {
  id: string
  name: string
  description: string
  /** True for the invented partners of a sandbox. */
  sample: boolean
}

export type ProjectType = 'carbonCredits' | 'natureCredits' | 'contribution'

export interface QuoteProjectQuery {
  impactPartnerId?: string
  type?: ProjectType
}

export interface ProjectQuery extends QuoteProjectQuery {
  projectId?: string
}

export interface Project {
  id: string
  impactPartnerId: string
  name: string
  shortDescription: string
  longDescription: string
  image: string
  type: ProjectType
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

export interface NewAllocation {
  /** The organisation of the quote. */
  organisationId: string
  /** From a quote, or from any session. */
  quoteId: string
  /** Equal to the quote's. */
  currencyCode?: string | null
  /** Instead of the option of the same name, which does the same. */
  idempotencyKey?: string | null
  credits?: {
    /** Major units, fee and taxes included; what the quote says when absent. */
    amount?: number | null
    /** They share it evenly; those of the quote when absent. At most 20. */
    projectIds?: string[] | null
  } | null
  contribution?: {
    /** Major units, fee and taxes included. */
    amount: number
    /** They share it evenly; those of the quote when absent. At most 20. */
    impactPartnerIds?: string[] | null
  } | null
  /** Have the receipt sent to `consumerEmail`. */
  issueTaxReceipt?: boolean | null
  /** Forgotten once the e-mail has left. */
  consumerEmail?: string | null
}

/** What was asked for and could not be done as asked, and where the money went instead. */
export interface AllocationWarning {
  code: 'PROJECT_NOT_IN_QUOTE' | 'PROJECT_NOT_AVAILABLE' | 'PARTNER_NOT_IN_QUOTE'
  path: string
  message: string
}

export interface Allocation {
  fundsAllocationId: string
  organisationId: string
  quoteId: string
  currencyCode: string
  totalAmount: number
  allocatedAt: string
  credits: CreditLine[]
  contribution: ContributionLine[]
  taxLiability: 'platform'
  issueTaxReceipt: boolean
  warnings: AllocationWarning[]
}

export interface NewReversal {
  /** Major units; all that is left when absent. */
  amount?: number | null
  reason?: string | null
  /** Who caused it, `merchant` when absent. The service fee stays paid when the consumer did. */
  initiatedBy?: 'merchant' | 'consumer' | 'operator' | null
}

/** A void before the payment was settled, a refund after, or a chargeback that was lost. */
export type ReversalKind = 'refund' | 'void' | 'chargeback'

/** Major units. Negative in a reversal; rates never are. */
export interface LineAmounts {
  impactAmount: number
  impactSalesTaxAmount: number
  impactSalesTaxRate: number
  serviceFeeAmount: number
  serviceFeeSalesTaxAmount: number
  serviceFeeSalesTaxRate: number
}

export interface CreditLine extends LineAmounts {
  projectId: string
}

export interface ContributionLine extends LineAmounts {
  impactPartnerId: string
  /** Null where the partner distributes the money among its projects. */
  projectId: string | null
}

/** What goes back. Amounts are negative, rates are not. */
export interface Reversal {
  fundsAllocationId: string
  reversalId: string
  reversalKind: ReversalKind
  /** `pending` while the payment provider has not accepted the refund. */
  status: 'done' | 'pending'
  currencyCode: string
  totalAmount: number
  credits: CreditLine[]
  contribution: ContributionLine[]
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
  reversalKind: ReversalKind | null
  quoteId: string
  sessionId: string | null
  fundsDateTime: string
  /** Null once the consumer was erased. */
  consumerReference: string | null
  fundsOrganisationId: string
  fundsOrganisationReference: string | null
  collectionOrganisationId: string
  billingOrganisationId: string
  fundsCurrencyCode: string
  reversal: boolean
  taxLiability: 'platform'
  amounts: { total: number; impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
  profitShares: {
    organisationId: string
    organisationReference: string | null
    amount: number
    billingCurrencyCode: string
    /** Units of it for one of `fundsCurrencyCode`, on the day; null where no rate is known. */
    billingCurrencyExchangeRate: number | null
  }[]
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

/** The same record, told by who gets which part of the service fee. The parts add up to it. */
export interface ProfitShareRecord {
  /** The cursor, the same as of the impact record. */
  id: string
  fundsAllocationId: string
  reversalId: string | null
  reversalKind: ReversalKind | null
  quoteId: string
  sessionId: string | null
  fundsDateTime: string
  consumerReference: string | null
  fundsOrganisationId: string
  fundsOrganisationReference: string | null
  billingOrganisationId: string
  fundsCurrencyCode: string
  reversal: boolean
  taxLiability: 'platform'
  amounts: { total: number; impact: number; impactTax: number; serviceFee: number; serviceFeeTax: number }
  merchant: { name: string | null; mcc: string | null } | null
  profitShareAllocations: {
    beneficiaryOrganisationId: string
    beneficiaryOrganisationReference: string | null
    billingCurrencyCode: string
    /** Units of it for one of `fundsCurrencyCode`, on the day; null where no rate is known. */
    billingCurrencyExchangeRate: number | null
    /** In `fundsCurrencyCode`. */
    amounts: { profitShare: number; profitShareTax: number; profitShareTaxRate: number }
  }[]
}

export interface ProfitShareRecordPage {
  hasMore: boolean
  /** Newest first. */
  data: ProfitShareRecord[]
}

export type ProfitShareRecordQuery = Omit<ImpactRecordQuery, 'consumerReference' | 'impactPartnerId'>

// -- settlement and statements --

export interface SettlementBreak {
  id: string
  psp: string
  reason: string
  /** The reason in words. */
  meaning: string
  state: 'open' | 'resolved' | 'dismissed'
  currencyCode: string
  /** What does not agree; what the provider gave more is positive. */
  amount: number
  lineReference: string | null
  lineType: string | null
  pspReference: string | null
  journalId: string | null
  journalKind: string | null
  batch: string | null
  note: string | null
  foundAt: string
  endedAt: string | null
}

export interface SettlementBreakPage {
  hasMore: boolean
  data: SettlementBreak[]
}

export interface SettlementBreakQuery {
  state?: SettlementBreak['state']
  reason?: string
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

export interface StatementLine {
  kind: string
  /** The kind in words. */
  meaning: string
  currencyCode: string
  count: number
  amount: number
}

export interface Statement {
  id: string
  organisationId: string
  organisationReference: string | null
  tradingName: string
  /** A month, for example `2026-03`. */
  period: string
  from: string
  until: string
  closedAt: string
  /** The last seal of the ledger that it looked at. */
  sealedUpTo: number
  currencyCode: string
  settlementModel: 'net_split' | 'gross_split' | 'invoice'
  settlementDue: string
  lines: StatementLine[]
  /** Profit shares to be paid; `converted` is null in the same currency and where no rate was imported. */
  payouts: {
    currencyCode: string
    amount: number
    converted: {
      currencyCode: string
      amount: number
      rate: number
      rateDate: string
      rateSource: string
    } | null
  }[]
  previousHash: string
  hash: string
}

export interface StatementPage {
  hasMore: boolean
  data: Statement[]
}

export interface StatementQuery {
  organisationId?: string
  period?: string
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

export type ExportName =
  `${'impact-records' | 'profit-share-records' | 'statement-lines' | 'journals'}.${'csv' | 'ndjson'}`

export interface ExportQuery {
  dateTimeFrom?: string | Date
  dateTimeTo?: string | Date
  organisationId?: string
  period?: string
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
    /** `1 hour`, `24 hours` or `72 hours`, once it has done nothing but fail for so long. */
    failingNotice: string | null
    /** When it is given up, if nothing succeeds before. */
    disablesAt: string | null
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
  reversalKind: ReversalKind | null
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
  | 'ADDRESS_NOT_ALLOWED'
  | 'ORGANISATION_DEACTIVATED'
  | 'MAX_KEYS_REACHED'
  | 'CLAIM_REFUSED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'ALREADY_REVERSED'
  | 'ALREADY_CONTRIBUTED'
  | 'QUOTE_EXPIRED'
  | 'MAX_ALLOCATIONS_REACHED'
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
