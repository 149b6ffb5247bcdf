/**
 * What the pages need to know, and nothing of where it comes from: the service fills these, the renderers only read them.
 * Money is a BigInt of minor units of `currency`; grams and square metres are floats; every address is absolute.
 */
import type { ShownState } from '../contributions/contribution.ts'
import type { Environment } from '../kernel/context.ts'
import type { PictureName } from './pictures.ts'
import type { Appearance } from './styles/appearance.ts'

export type ImpactType = 'carbon' | 'nature'

export interface FootprintView {
  /** Central estimate: grams CO2e, or square metres of intact nature lost for a year. */
  readonly central: number
  /** Bounds of the likely range, in the same unit. */
  readonly low: number
  readonly high: number
  /** How many of a familiar thing it equals; the first two are shown. */
  readonly equivalents: readonly { readonly id: string; readonly value: number; readonly unit: string }[]
}

/** What the card payment costs. The service fee pays for it, so it is in no sum. */
export interface CardCostView {
  readonly minor: bigint
  /** False while it is an estimate. */
  readonly isActual: boolean
  /** What it costs beyond the service fee. */
  readonly beyondFeeMinor: bigint
  /** 0 to 1: the part of the amount that all costs take, where that is a lot. */
  readonly highShare: number | null
}

/** Adds up to the amount, but for the card cost. */
export interface SplitView {
  readonly impactMinor: bigint
  readonly impactTaxMinor: bigint
  readonly serviceFeeMinor: bigint
  readonly serviceFeeTaxMinor: bigint
  readonly cardCost?: CardCostView
}

export interface SuggestionView {
  readonly amountMinor: bigint
  readonly split: SplitView
  /** Grams CO2e of credits that the amount pays for, where projects sell credits. */
  readonly fundsGrams?: number
}

export interface ProjectView {
  readonly id: string
  readonly name: string
  readonly partnerName: string
  /** Region or town, in words. */
  readonly place: string
  /** ISO 3166-1 alpha-2 is put into words; any other code is left out. */
  readonly countryCode: string
  readonly shortDescription: string
  readonly standard: string | null
  readonly registry: string | null
  /** When it is delivered, in words, for example “Delivery expected by 2027”. */
  readonly deliveryNote: string | null
  /** Which of our drawings stands beside it. */
  readonly picture?: PictureName
  /** Invented, for a sandbox; says so on the page. */
  readonly sample: boolean
}

export interface ContributionView {
  readonly amountMinor: bigint
  readonly split: SplitView
  readonly projectNames: readonly string[]
  readonly receiptUrl?: string
}

/** What both the component and the hosted page tell before anybody chooses. */
interface OfferView {
  readonly environment: Environment
  readonly locale: string
  readonly impactType: ImpactType
  readonly merchantName: string
  readonly footprint: FootprintView
  readonly currency: string
  readonly suggestions: readonly SuggestionView[]
  readonly minimumMinor: bigint
  readonly maximumMinor: bigint
  readonly projects: readonly ProjectView[]
  /** How the footprint is estimated. */
  readonly methodUrl: string
}

export interface ComponentView extends OfferView {
  /** Of the service, without a slash at the end. */
  readonly origin: string
  readonly sessionId: string
  readonly variant: 'embedded' | 'takeover'
  readonly state: ShownState
  /** The brand's own look; null for the neutral default. */
  readonly appearance: Appearance | null
  /** Path of the component's stylesheet, with its hash: `loadAssets().paths.component`. */
  readonly stylesheetPath: string
  /** The session's hosted payment page. */
  readonly payUrl: string
  /** Needed when state is `thanked`, welcome when it is `pending`. */
  readonly contribution?: ContributionView
}

/** One of the things that can be ticked together before a purchase, `''` for nothing. */
export type CheckoutTicks = '' | 'impact' | 'round-up' | 'impact round-up'

export interface CheckoutChoiceView {
  readonly ticks: CheckoutTicks
  /** What the order comes to with it. */
  readonly totalMinor: bigint
  /** Null for nothing. */
  readonly added: {
    readonly amountMinor: bigint
    /** How the amount is to be allocated; 0 for what is not in it. */
    readonly creditsMinor: bigint
    readonly contributionMinor: bigint
    readonly split: SplitView
    /** Projects that sell credits, and partners that get a contribution. */
    readonly recipientNames: readonly string[]
    /** Who passes the money on or sells the credits. */
    readonly partnerNames: readonly string[]
    /** Grams CO2e of credits. */
    readonly fundsGrams: number
  } | null
}

/** Nothing is paid there: what is chosen is added to the order by the merchant's own page. */
export interface CheckoutView extends Omit<OfferView, 'suggestions' | 'minimumMinor' | 'maximumMinor'> {
  readonly origin: string
  readonly sessionId: string
  readonly state: 'ready' | 'expired'
  readonly appearance: Appearance | null
  readonly stylesheetPath: string
  /** Within how many days the impact partners get it; said in the United States. */
  readonly payoutDays: number
  /** All that can be chosen, nothing first. */
  readonly choices: readonly CheckoutChoiceView[]
}

/** What every hosted page has, even one about a link that leads nowhere. */
export interface PageFrameView {
  readonly environment: Environment
  readonly locale: string
  readonly appearance: Appearance | null
  /** Path of the page's stylesheet, with its hash: `loadAssets().paths.payment`. */
  readonly stylesheetPath: string
  readonly merchantName: string | null
  /** Where “Back to …” leads; the service has checked that it belongs to the merchant. */
  readonly returnUrl: string | null
}

interface PaymentOfferView extends PageFrameView, OfferView {
  readonly merchantName: string
  /** The page's own address; forms without money in them go back to it. */
  readonly pageUrl: string
}

interface ChosenView extends PaymentOfferView {
  readonly amountMinor: bigint
  readonly split: SplitView
}

export type AmountProblem =
  | 'nothing_chosen'
  | 'not_a_number'
  | 'too_many_decimals'
  | 'too_small'
  | 'too_large'

export interface ChooseView extends PaymentOfferView {
  readonly step: 'choose'
  /** What is wrong with what was sent, with the text as it was typed. */
  readonly problem: AmountProblem | null
  readonly typed: string
}

export interface ReviewView extends ChosenView {
  readonly step: 'review'
  /** Of `consentText(view)`, as the service stores it; sent back with the payment so that both can be compared. */
  readonly consentDigest: string
  /** Where the payment is posted to. */
  readonly payActionUrl: string
}

export interface ContinueView extends ChosenView {
  readonly step: 'continue'
  /** The payment that was started at the payment provider. */
  readonly continueUrl: string
}

export interface PendingView extends ChosenView {
  readonly step: 'pending'
  /** The page asks again by itself after so many seconds; null to leave that to the reader. */
  readonly refreshSeconds: number | null
}

export interface ThankedView extends PaymentOfferView {
  readonly step: 'thanked'
  readonly contribution: ContributionView
  /** Where the form that sends the receipt by e-mail goes; null where it cannot be sent. */
  readonly receiptMailUrl: string | null
}

export interface FailedView extends PaymentOfferView {
  readonly step: 'failed'
  /** The amount that was tried, to try again with; null when it is to be chosen anew. */
  readonly amountMinor: bigint | null
}

export interface ClosedView extends PageFrameView {
  readonly step: 'declined' | 'expired' | 'unavailable'
}

export type PaymentPageView =
  | ChooseView
  | ReviewView
  | ContinueView
  | PendingView
  | ThankedView
  | FailedView
  | ClosedView
