/**
 * For: the component as HTML, for merchants who print it into the page on their own server.
 * Not for: pages that load the browser SDK; that fetches it by itself.
 * Law: it fails open. Whatever happens, within its deadline there is a string, and the order page goes on.
 */
import { EkkoConnectionError, EkkoError } from './errors.ts'
import type { Transport } from './transport.ts'

export interface ComponentOptions {
  /** How the page shows it; as the session was created when absent. */
  variant?: 'embedded' | 'takeover'
  /** BCP 47; the session's own when absent. */
  locale?: string
  /** Milliseconds in all; 1,500 when absent. The order page waits for this, so keep it short. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Told why the answer is empty. What it throws is swallowed. */
  onUnavailable?: (reason: EkkoError) => void
}

const defaultTimeoutMs = 1_500
const maxHtmlBytes = 512 * 1024

export const fetchComponent = async (
  transport: Transport,
  clientSecret: string,
  options: ComponentOptions,
): Promise<string> => {
  try {
    const { signal, timeoutMs = defaultTimeoutMs, variant, locale } = options
    return await transport.html({
      method: 'GET',
      path: '/v3/component',
      query: { variant, locale },
      bearer: bearerOf(clientSecret),
      maxBytes: maxHtmlBytes,
      timeoutMs,
      ...(signal && { signal }),
    })
  } catch (error) {
    report(options, error)
    return ''
  }
}

const bearerOf = (clientSecret: string): string => {
  if (typeof clientSecret === 'string' && /^[\x21-\x7e]{1,512}$/.test(clientSecret)) return clientSecret
  throw new TypeError('The clientSecret of a session is needed here')
}

const report = (options: ComponentOptions, error: unknown): void => {
  const reason =
    error instanceof EkkoError
      ? error
      : new EkkoConnectionError('The component could not be asked for', {
          code: 'CONNECTION_FAILED',
          cause: error,
        })
  try {
    options.onUnavailable?.(reason)
  } catch {
    // The reporter is the merchant's; a fault in it must not cost the order page.
  }
}
