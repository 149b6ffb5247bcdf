/** A payment provider whose calls show up as spans: which call, and whether its outcome is known. */
import type { Tracer } from '../kernel/tracer.ts'
import type { Outcome, Psp } from './psp.ts'

const calls = [
  'createSession',
  'expireSession',
  'fetchPayment',
  'findByReference',
  'refund',
  'fetchRefund',
  'findRefund',
  'fetchDispute',
  'fetchReversals',
] as const satisfies readonly (keyof Psp)[]

type Call = (...given: unknown[]) => Promise<Outcome<unknown>>

export function tracedPsp(psp: Psp, tracer: Tracer): Psp {
  const traced = calls.map((name) => {
    const call = (psp[name] as Call).bind(psp)
    const run: Call = (...given) =>
      tracer.call(`${psp.id} ${name}`, { 'ekko.psp': psp.id }, () => call(...given), true)
    return [name, run] as const
  })
  return Object.assign(Object.create(psp) as Psp, Object.fromEntries(traced))
}
