/**
 * Spans of what a request takes, for whoever wants to see where the time goes: W3C trace context in and out. Not for sending
 * them (`otlp.ts`). Law: a span holds names, ids of ours and numbers; never a value of a statement, a body or an address.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'

export type SpanKind = 'server' | 'client'
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface FinishedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: SpanKind
  readonly startedAt: Date
  readonly endedAt: Date
  readonly attributes: Attributes
  readonly failed: boolean
}

interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

export interface OpenSpan extends SpanContext {
  end(outcome: { readonly name?: string; readonly attributes?: Attributes; readonly failed: boolean }): void
}

const current = new AsyncLocalStorage<SpanContext>()
const traceIdBytes = 16
const spanIdBytes = 8
const maxSample = 0xffffffff

/** Of the span that the code which runs now belongs to, for whoever is asked next; undefined without one. */
export function traceparent(): string | undefined {
  const context = current.getStore()
  return context && `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`
}

export function currentTraceId(): string | undefined {
  return current.getStore()?.traceId
}

export class Tracer {
  readonly #clock: Clock
  readonly #share: number
  readonly #finished: (span: FinishedSpan) => void

  /** @param share of the traces that begin here to keep, 0 to 1; others keep the choice of whoever began them */
  constructor(clock: Clock, share: number, finished: (span: FinishedSpan) => void) {
    this.#clock = clock
    this.#share = share
    this.#finished = finished
  }

  /** @param parent a `traceparent`; without a good one the span belongs to the current one, or begins a trace */
  open(name: string, kind: SpanKind, parent?: string): OpenSpan {
    const before = readTraceparent(parent) ?? current.getStore()
    const traceId = before?.traceId ?? randomBytes(traceIdBytes).toString('hex')
    const spanId = randomBytes(spanIdBytes).toString('hex')
    const sampled = before ? before.sampled : Number.parseInt(traceId.slice(-8), 16) / maxSample < this.#share
    const startedAt = this.#clock.now()
    return {
      traceId,
      spanId,
      sampled,
      end: ({ name: better = name, attributes = {}, failed }) => {
        if (!sampled) return
        const endedAt = this.#clock.now()
        const ids = { traceId, spanId, parentSpanId: before?.spanId }
        this.#finished({ ...ids, name: better, kind, startedAt, endedAt, attributes, failed })
      },
    }
  }

  /** What `work` starts belongs to the span. */
  within<T>(span: SpanContext, work: () => T): T {
    return current.run(span, work)
  }

  /** One call that something else answers. Without a span around it, only with `alone`. */
  async call<T>(name: string, attributes: Attributes, work: () => Promise<T>, alone = false): Promise<T> {
    const around = current.getStore()
    if (around ? !around.sampled : !alone) return work()
    const span = this.open(name, 'client')
    try {
      const answer = await this.within(span, work)
      span.end({ attributes, failed: false })
      return answer
    } catch (cause) {
      span.end({ attributes, failed: true })
      throw cause
    }
  }
}

/** Version 00 of the W3C recommendation; later versions begin alike. */
function readTraceparent(text: string | undefined): SpanContext | undefined {
  const match =
    /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(
      text ?? '',
    )
  if (!match) return undefined
  return { traceId: match[1]!, spanId: match[2]!, sampled: (Number.parseInt(match[3]!, 16) & 1) === 1 }
}
