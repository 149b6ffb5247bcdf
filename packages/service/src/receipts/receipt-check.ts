/**
 * Pure: what a person who was handed a receipt can find out about it with nothing but a set of keys: who signed it and when,
 * whether anything was changed, and whether it adds up.
 * Law: a key that came along with a receipt proves that it was not changed, never who signed it.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Receipt, readReceipt, receiptFaults, receiptType } from './receipt.ts'
import { type JwsFault, JwsRefused, verifyJws } from './signature.ts'

/** What was handed over: the signed text alone, or the file with a key and a copy to read. */
export interface GivenReceipt {
  readonly jws: string
  readonly keys: unknown
  readonly copy: unknown
}

export type ReceiptCheck =
  | { readonly outcome: 'refused'; readonly fault: JwsFault | 'unreadable'; readonly message: string }
  | {
      readonly outcome: 'signed'
      readonly receipt: Receipt
      readonly kid: string
      /** ISO instant. */
      readonly signedAt: string
      /** What does not add up. */
      readonly faults: readonly string[]
    }

/** Undefined when the text is neither a token nor a file of ours. */
export function givenReceipt(text: string): GivenReceipt | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{'))
    return /^\S+$/.test(trimmed) ? { jws: trimmed, keys: undefined, copy: undefined } : undefined
  try {
    const { jws, keys, receipt } = JSON.parse(trimmed) as Record<string, unknown>
    return typeof jws === 'string' ? { jws, keys: keys && { keys }, copy: receipt } : undefined
  } catch {
    return undefined
  }
}

export function checkReceipt({ jws, copy }: GivenReceipt, keySet: unknown): ReceiptCheck {
  try {
    const { payload, kid, iat } = verifyJws(jws, receiptType, keySet)
    const receipt = readReceipt(payload)
    const isCopy = copy === undefined || isDeepStrictEqual(copy, payload)
    const faults = receiptFaults(receipt)
    return {
      outcome: 'signed',
      receipt,
      kid,
      signedAt: new Date(iat * 1000).toISOString(),
      faults: isCopy ? faults : ['the copy to read in the file is not what was signed', ...faults],
    }
  } catch (cause) {
    const fault = cause instanceof JwsRefused ? cause.fault : 'unreadable'
    return { outcome: 'refused', fault, message: cause instanceof Error ? cause.message : String(cause) }
  }
}
