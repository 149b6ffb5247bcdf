/**
 * For: each webhook beside the record that the API has of the same movement of money.
 * Not for: printing; the page and the JSON twin do.
 * Law: a record that cannot be fetched is said so, and the rest is shown.
 */
import { type EkkoClient, EkkoError, type ImpactRecord } from '@ekko/node'
import type { ReceivedEvent, StateFile } from './state.ts'
import { type SumCheck, sumChecks } from './sum-check.ts'

export interface EventReport extends ReceivedEvent {
  readonly verified: true
  readonly record?: ImpactRecord
  /** Why there is no record: an error code. */
  readonly recordProblem?: string
  readonly checks: readonly SumCheck[]
  /** True for a payment of which something is left to give back. */
  readonly refundable: boolean
}

const shown = 25
const atOnce = 5
const recordTimeoutMs = 3_000

/** The newest events first. */
export const reportEvents = async (client: EkkoClient, state: StateFile): Promise<EventReport[]> => {
  const { events } = state.read()
  const newest = events.slice(-shown).reverse()
  const reports: EventReport[] = []
  for (let from = 0; from < newest.length; from += atOnce) {
    const batch = newest.slice(from, from + atOnce)
    reports.push(...(await Promise.all(batch.map((received) => reportOf(client, received, events)))))
  }
  return reports
}

const reportOf = async (
  client: EkkoClient,
  received: ReceivedEvent,
  all: readonly ReceivedEvent[],
): Promise<EventReport> => {
  const { event } = received
  const report = { ...received, verified: true as const, refundable: isRefundable(received, all) }
  try {
    const id = event.reversalId ?? event.fundsAllocationId
    const record = await client.impactRecords.retrieve(id, { timeoutMs: recordTimeoutMs })
    return { ...report, record, checks: sumChecks(record, event) }
  } catch (error) {
    const recordProblem = error instanceof EkkoError ? error.code : 'UNREADABLE_ANSWER'
    return { ...report, recordProblem, checks: [] }
  }
}

const isRefundable = ({ event }: ReceivedEvent, all: readonly ReceivedEvent[]): boolean => {
  if (event.eventType !== 'IMPACT_PAYMENT') return false
  const givenBack = all
    .filter((each) => each.event.eventType === 'IMPACT_PAYMENT_REVERSAL')
    .filter((each) => each.event.fundsAllocationId === event.fundsAllocationId)
    .reduce((sum, each) => sum + Math.round(each.event.payment.amount * 1_000), 0)
  return givenBack < Math.round(event.payment.amount * 1_000)
}
