/**
 * Pure: the address of a receipt, a capability over its allocation's id. It can be made again whenever it is to be shown,
 * and does not run out: a receipt is for years.
 */
import { type Capability, capability } from '../kernel/capability.ts'
import { deriveKey } from '../kernel/secret.ts'

export function receiptTokens(masterKey: Uint8Array): Capability {
  return capability(deriveKey(masterKey, 'receipt links'))
}

/** Where a receipt is to be seen; `.jws` and `.json` behind it are the files. */
export function receiptUrl(origin: string, tokens: Capability, allocationId: string): string {
  return `${origin}/receipts/${tokens.make(allocationId)}`
}
