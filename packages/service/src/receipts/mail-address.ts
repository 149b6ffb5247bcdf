/**
 * Pure: reads the e-mail address that a person typed, strictly enough that it can stand in a mail's header and envelope.
 * Not for knowing whether anybody reads mail there. Only ASCII before the @, because not every server takes more.
 */
import { domainToASCII } from 'node:url'

// RFC 5321, 4.5.3.1.
const addressCharsMax = 254
const localCharsMax = 64
// What browsers take in an email field, by the HTML standard.
const localPart = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+$/i
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The address with its domain in ASCII, or undefined when it cannot be one. */
export function readMailAddress(typed: string): string | undefined {
  const text = typed.trim()
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > addressCharsMax) return undefined
  const [local, domain] = [text.slice(0, at), domainToASCII(text.slice(at + 1)).toLowerCase()]
  if (local.length > localCharsMax || !localPart.test(local) || !domainName.test(domain)) return undefined
  const address = `${local}@${domain}`
  return address.length <= addressCharsMax ? address : undefined
}
