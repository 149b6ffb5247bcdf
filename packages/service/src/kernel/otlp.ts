/**
 * Sends finished spans to an OpenTelemetry collector: OTLP over HTTP, as JSON, in batches.
 * Law: tracing never holds anything up. What cannot be sent is dropped, and said once in a while.
 */
import type { Log } from './log.ts'
import type { Secret } from './secret.ts'
import type { FinishedSpan } from './tracer.ts'

export interface OtlpOptions {
  /** Base address; the traces go to `/v1/traces` below it. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, Secret>>
  readonly serviceName: string
  readonly log: Log
}

export interface OtlpExporter {
  add(span: FinishedSpan): void
  /** Sends what is left. */
  close(): Promise<void>
}

const queueMax = 4_096
const batchMax = 512
const everyMs = 2_000
const timeoutMs = 5_000
const failuresBetweenWarnings = 30
const nsPerMs = 1_000_000n
const spanKinds = { server: 2, client: 3 } as const
const statusError = { code: 2 }

export function otlpExporter({ endpoint, headers, serviceName, log }: OtlpOptions): OtlpExporter {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const revealed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]))
  const queue: FinishedSpan[] = []
  let failures = 0
  let sending: Promise<void> = Promise.resolve()

  async function sendBatch(): Promise<void> {
    const batch = queue.splice(0, batchMax)
    if (batch.length === 0) return
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...revealed },
        body: JSON.stringify(exportRequest(batch, serviceName)),
        signal: AbortSignal.timeout(timeoutMs),
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`the collector answered ${response.status}`)
      failures = 0
    } catch (cause) {
      if (failures++ % failuresBetweenWarnings === 0)
        log.warn('traces could not be sent', { spans: batch.length, cause })
    }
  }

  const send = () => {
    sending = sending.then(sendBatch)
  }
  const timer = setInterval(send, everyMs)
  timer.unref()
  return {
    add(span) {
      if (queue.length >= queueMax) return
      queue.push(span)
      if (queue.length === batchMax) send()
    },
    async close() {
      clearInterval(timer)
      send()
      await sending
    },
  }
}

function exportRequest(spans: readonly FinishedSpan[], serviceName: string): unknown {
  return {
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', serviceName)] },
        scopeSpans: [{ scope: { name: 'ekko' }, spans: spans.map(asOtlp) }],
      },
    ],
  }
}

function asOtlp(span: FinishedSpan): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: spanKinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt),
    attributes: Object.entries(span.attributes).map(([name, value]) => attribute(name, value)),
    ...(span.failed && { status: statusError }),
  }
}

function attribute(key: string, value: string | number | boolean): unknown {
  if (typeof value === 'string') return { key, value: { stringValue: value } }
  if (typeof value === 'boolean') return { key, value: { boolValue: value } }
  return Number.isInteger(value)
    ? { key, value: { intValue: String(value) } }
    : { key, value: { doubleValue: value } }
}

function nanoseconds(at: Date): string {
  return String(BigInt(at.getTime()) * nsPerMs)
}
