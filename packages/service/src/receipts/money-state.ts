/**
 * Pure: what became of the money of one receipt: paid and allocated, and then retired or disbursed, or given back, in whole
 * or in part. The changing half of a receipt; it is not signed with it.
 * Law: what was given back is no project's any more, and nothing counts as done that nobody has recorded.
 */
import { minorToDecimal } from '../kernel/money.ts'

/** Of one line: milligrams of CO2e where it bought credits, else minor units. */
interface Part {
  readonly line: number
  readonly quantity: bigint
}

export interface MoneyLine extends Part {
  readonly projectId: string
  readonly kind: 'credit' | 'contribution'
}

export interface Fulfilment extends Part {
  readonly on: string
  readonly registry: string | null
  readonly serials: string | null
  readonly reference: string
  readonly url: string | null
}

export interface GivenBack {
  readonly kind: 'refund' | 'void' | 'chargeback'
  readonly at: Date
  readonly amount: bigint
  readonly parts: readonly Part[]
}

export interface MoneyFacts {
  readonly currency: string
  readonly total: bigint
  readonly paidAt: Date
  readonly lines: readonly MoneyLine[]
  readonly givenBack: readonly GivenBack[]
  readonly fulfilments: readonly Fulfilment[]
  /** Since when a payer's bank holds the money back, if it does. */
  readonly disputedAt: Date | null
}

/** `done` in whole stands for retired (credits) or disbursed (contributions). */
export type LineState = 'allocated' | 'partly done' | 'done' | 'reversed'

export interface ProjectState {
  readonly projectId: string
  readonly state: LineState
  /** What being done means here. */
  readonly doing: 'retired' | 'disbursed'
  /** `quantity` is decimal text: grams of CO2e, or major units. */
  readonly fulfilments: ReadonlyArray<Omit<Fulfilment, 'line' | 'quantity'> & { readonly quantity: string }>
}

export interface MoneyState {
  readonly state: LineState
  readonly paidAt: string
  readonly allocatedAt: string
  readonly disputedAt: string | null
  readonly reversals: ReadonlyArray<{ kind: GivenBack['kind']; on: string; amount: string }>
  /** Of the total, what was not given back. */
  readonly left: string
  readonly projects: readonly ProjectState[]
}

export function moneyState(facts: MoneyFacts): MoneyState {
  const { currency, total, givenBack, lines } = facts
  const projects = lines.map((line) => projectState(facts, line))
  const left = total - givenBack.reduce((sum, { amount }) => sum + amount, 0n)
  const paidAt = facts.paidAt.toISOString()
  return {
    state: left <= 0n ? 'reversed' : together(projects),
    paidAt,
    allocatedAt: paidAt,
    disputedAt: facts.disputedAt?.toISOString() ?? null,
    reversals: givenBack.map(({ kind, at, amount }) => ({
      kind,
      on: at.toISOString(),
      amount: minorToDecimal(amount, currency),
    })),
    left: minorToDecimal(left, currency),
    projects,
  }
}

function projectState({ currency, givenBack, fulfilments }: MoneyFacts, line: MoneyLine): ProjectState {
  const own = fulfilments.filter((each) => each.line === line.line)
  const back = sum(givenBack.flatMap(({ parts }) => parts.filter((part) => part.line === line.line)))
  const shown = (quantity: bigint) =>
    line.kind === 'credit' ? gramsOf(quantity) : minorToDecimal(quantity, currency)
  return {
    projectId: line.projectId,
    state: lineState(line.quantity - back, sum(own)),
    doing: line.kind === 'credit' ? 'retired' : 'disbursed',
    fulfilments: own.map(({ on, registry, serials, reference, url, quantity }) => {
      return { on, quantity: shown(quantity), registry, serials, reference, url }
    }),
  }
}

function lineState(left: bigint, done: bigint): LineState {
  if (done === 0n) return left <= 0n ? 'reversed' : 'allocated'
  return done >= left ? 'done' : 'partly done'
}

/** Of several projects: done when all that is left of them is. */
function together(projects: readonly ProjectState[]): LineState {
  const states = new Set(projects.map(({ state }) => state).filter((state) => state !== 'reversed'))
  if (states.size === 1) return [...states][0]!
  return states.size === 0 ? 'reversed' : 'partly done'
}

function sum(parts: readonly Part[]): bigint {
  return parts.reduce((total, { quantity }) => total + quantity, 0n)
}

const milligramDigits = 3

function gramsOf(milligrams: bigint): string {
  const digits = milligrams.toString().padStart(milligramDigits + 1, '0')
  return `${digits.slice(0, -milligramDigits)}.${digits.slice(-milligramDigits)}`.replace(/\.?0+$/, '')
}
