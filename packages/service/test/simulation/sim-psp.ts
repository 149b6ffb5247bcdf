/**
 * The port to the simulated provider, with everything that can go wrong on the way there and back: the socket closes before
 * or after the effect, the answer is cut off, a call times out and takes effect later, the provider is busy (409, 429), an
 * error 500 is replayed under its key, keys are forgotten after their window, another amount is reported.
 */
import { Secret } from '../../src/kernel/secret.ts'
import type {
  NewPspRefund,
  NewPspSession,
  NotificationHeaders,
  Outcome,
  Psp,
  PspPayment,
  PspSession,
} from '../../src/payments/psp.ts'
import { verifySandboxNotification } from '../../src/payments/sandbox-notification.ts'
import type { Chance } from './chance.ts'
import type { Life } from './life.ts'
import { copyOf, fingerprintOf, found, plain, shown, toPsp, unknown, urlOf, wrong } from './sim-answers.ts'
import { note, type SimPayment, type SimProvider } from './sim-provider.ts'

/** It signs its notifications as the sandbox provider does. */
export const notificationSecret = new Secret('of the simulated provider')
export const idempotencyWindowMs = 24 * 3_600_000

export interface Weather {
  /** How likely a call meets a fault. */
  fault: number
  /** How likely the provider reports another amount or currency, once. */
  misreport: number
  /** Draws of the operation under way. */
  chance: Chance
}

export interface Way {
  readonly provider: SimProvider
  readonly weather: Weather
  readonly now: () => number
  readonly count: (fault: string) => void
  /** The operation under way, for the trail. */
  readonly operation: () => string
  /** The life that calls now. */
  life: Life
  /** A service that lost what it knew may ask otherwise under an old key, and is refused. */
  isRestored: boolean
}

interface Kept {
  readonly fingerprint: string
  readonly at: number
  /** Undefined while the first call is still under way. */
  answer: Outcome<never> | undefined
}

/** A call that timed out. */
interface Late {
  readonly kept: Kept
  readonly at: number
  readonly act: () => Outcome<unknown>
}

const readFaults = ['connection refused', 'closed after effect', 'truncated answer', '429'] as const
const writeFaults = [
  ...readFaults,
  '409',
  'timed out, succeeds later',
  'replayed 500',
  'replayed 500 after effect',
] as const
type Fault = (typeof writeFaults)[number]
const purgeEvery = 4096

export class SimPsp implements Psp {
  readonly id = 'simulated'
  readonly pageOrigins = () => ['https://pay.example']
  readonly #way: Way
  readonly #keys = new Map<string, Kept>()
  #late: Late[] = []
  #calls = 0

  constructor(way: Way) {
    this.#way = way
  }

  createSession(command: NewPspSession, key: string): Promise<Outcome<PspSession>> {
    const { provider, weather } = this.#way
    const act = (): Outcome<PspSession> => {
      if (weather.fault > 0 && weather.chance.happens(0.01)) return { kind: 'rejected', code: 'not_now' }
      const opened = provider.open(command.reference, command.money, command.expiresAt)
      if (!('value' in opened)) return opened
      const { pspReference } = opened.value
      return { kind: 'done', value: { pspReference, redirectUrl: urlOf(opened.value) } }
    }
    return this.#write<PspSession>(`create:${key}`, command, act, command.reference)
  }

  expireSession(pspReference: string, key: string): Promise<Outcome<PspPayment>> {
    const act = () => this.#withPayment(pspReference, (payment) => shown(this.#way.provider.expire(payment)))
    return this.#write(key, { pspReference }, act, pspReference)
  }

  fetchPayment(pspReference: string): Promise<Outcome<PspPayment>> {
    return this.#read('fetchPayment', pspReference, () =>
      this.#withPayment(pspReference, (payment) => ({ kind: 'done', value: this.#tell(payment) })),
    )
  }

  findByReference(reference: string): Promise<Outcome<PspPayment | undefined>> {
    return this.#read('findByReference', reference, () => {
      const all = this.#way.provider.byReference.get(reference) ?? []
      const found = all.find(({ status }) => status === 'paid') ?? all.at(-1)
      return { kind: 'done', value: found && this.#tell(found) }
    })
  }

  refund(command: NewPspRefund, key: string) {
    const { provider, weather } = this.#way
    const act = () =>
      this.#withPayment(command.pspReference, (payment) =>
        plain(provider.refund(payment, command.reference, command.money, weather.chance)),
      )
    return this.#write(key, command, act, command.pspReference)
  }

  fetchRefund(refundReference: string) {
    const refund = this.#way.provider.refunds.get(refundReference)
    return this.#read('fetchRefund', refund?.pspReference, () => plain(found(refund)))
  }

  findRefund(pspReference: string, reference: string) {
    return this.#read('findRefund', pspReference, () =>
      this.#withPayment(pspReference, ({ refunds }) => {
        const refund = refunds.find((each) => each.reference === reference)
        const isForgotten = this.#way.provider.paysTwice
        return { kind: 'done', value: refund && !isForgotten ? copyOf(refund) : undefined } as const
      }),
    )
  }

  fetchDispute(disputeReference: string) {
    const dispute = this.#way.provider.disputes.get(disputeReference)
    return this.#read('fetchDispute', dispute?.pspReference, () => {
      const outcome = plain(found(dispute))
      if (outcome.kind !== 'done' || !this.#misreports()) return outcome
      return { ...outcome, value: { ...outcome.value, money: wrong(outcome.value.money, 'currency') } }
    })
  }

  fetchReversals(pspReference: string) {
    return this.#read('fetchReversals', pspReference, () =>
      this.#withPayment(pspReference, ({ refunds, disputes }) => {
        return {
          kind: 'done',
          value: { refunds: refunds.map(copyOf), disputes: disputes.map(copyOf) },
        } as const
      }),
    )
  }

  // biome-ignore lint/correctness/useYield: the simulation reads the provider’s books themselves
  async *settlementLines(): AsyncGenerator<never> {
    throw new Error('the simulation reads the provider’s books themselves')
  }

  verifyNotification(rawBody: Uint8Array, headers: NotificationHeaders, now: Date) {
    return verifySandboxNotification(notificationSecret, rawBody, headers, now)
  }

  /** Calls that timed out take effect now, if it is time. */
  settleLate(): void {
    const due = this.#late.filter(({ at }) => at <= this.#way.now())
    if (due.length === 0) return
    this.#late = this.#late.filter(({ at }) => at > this.#way.now())
    for (const { kept, act } of due) kept.answer = act() as Outcome<never>
  }

  /** Whoever asks about a payment that does not exist is told so. */
  #withPayment<T>(pspReference: string, act: (payment: SimPayment) => Outcome<T>): Outcome<T> {
    const payment = this.#way.provider.byPspReference.get(pspReference)
    return payment === undefined ? { kind: 'rejected', code: 'not_found' } : act(payment)
  }

  #tell(payment: SimPayment): PspPayment {
    if (payment.status !== 'open' && payment.status !== 'processing' && payment.status !== 'pending')
      payment.wasToldOver ||= payment.status !== 'paid'
    const seen = toPsp(payment)
    if (payment.isWrong) return { ...seen, money: wrong(seen.money, payment.isWrong) }
    if (!this.#misreports()) return seen
    return { ...seen, money: wrong(seen.money, this.#way.weather.chance.one(['amount', 'currency'])) }
  }

  #misreports(): boolean {
    const { weather, count } = this.#way
    if (!weather.chance.happens(weather.misreport)) return false
    count('another amount or currency reported')
    return true
  }

  #read<T>(name: string, about: string | undefined, act: () => Outcome<T>): Promise<Outcome<T>> {
    return this.#way.life.step('call', name, async () => {
      const fault = this.#draw(readFaults)
      const outcome = fault === undefined ? act() : unknown(fault)
      this.#trace(about, `${name}: ${outcome.kind}${fault ? ` (${fault})` : ''}`)
      return outcome
    })
  }

  #write<T>(key: string, command: object, act: () => Outcome<T>, about: string): Promise<Outcome<T>> {
    return this.#way.life.step('call', key, async () => {
      const fault = this.#draw(writeFaults)
      const outcome = this.#underKey(key, fingerprintOf(command), act, fault)
      this.#trace(about, `${key}: ${outcome.kind}${fault ? ` (${fault})` : ''}`)
      return outcome
    })
  }

  #underKey<T>(
    key: string,
    fingerprint: string,
    act: () => Outcome<T>,
    fault: Fault | undefined,
  ): Outcome<T> {
    if (fault === 'connection refused' || fault === '409' || fault === '429') return unknown(fault)
    this.#purge()
    const now = this.#way.now()
    const known = this.#way.provider.paysTwice ? undefined : this.#keys.get(key)
    if (known && now - known.at < idempotencyWindowMs) {
      if (known.fingerprint !== fingerprint) return this.#refuseOther(key)
      if (fault !== undefined) return unknown(fault)
      return known.answer ?? unknown('409, the first call is still under way')
    }
    const keep = (answer: Outcome<T> | undefined): Kept => {
      const kept = { fingerprint, at: now, answer: answer as Outcome<never> | undefined }
      this.#keys.set(key, kept)
      return kept
    }
    if (fault === 'timed out, succeeds later') {
      const at = now + this.#way.weather.chance.between(1_000, 300_000)
      this.#late.push({ kept: keep(undefined), at, act })
      return unknown(fault)
    }
    if (fault === 'replayed 500' || fault === 'replayed 500 after effect') {
      if (fault === 'replayed 500 after effect') act()
      keep(unknown('500, replayed'))
      return unknown(fault)
    }
    const answer = act()
    keep(answer)
    return fault === undefined ? answer : unknown(fault)
  }

  #refuseOther(key: string): Outcome<never> {
    if (!this.#way.isRestored) this.#way.provider.broken.push(`key ${key} was used for two things`)
    return { kind: 'rejected', code: 'idempotency_mismatch' }
  }

  #draw<F extends Fault>(faults: readonly F[]): F | undefined {
    const { weather, count } = this.#way
    if (!weather.chance.happens(weather.fault)) return undefined
    const fault = weather.chance.one(faults)
    count(`provider: ${fault}`)
    return fault
  }

  #purge(): void {
    this.#calls += 1
    if (this.#calls % purgeEvery !== 0) return
    for (const [key, { at }] of this.#keys) {
      if (this.#way.now() - at > 2 * idempotencyWindowMs) this.#keys.delete(key)
    }
  }

  #trace(about: string | undefined, text: string): void {
    const { byPspReference, byReference } = this.#way.provider
    if (about === undefined) return
    const payment = byPspReference.get(about) ?? byReference.get(about)?.at(-1)
    if (payment) note(payment, `${this.#way.operation()} ${text}`)
  }
}
