/**
 * Capabilities: an id together with its message authentication code. Whoever holds the token may see the thing; nothing
 * secret is stored, a row cannot be forged, and the token can be made again whenever it has to be shown. Pure.
 * Law: each purpose has a key of its own, so that a token made for one door never opens another.
 */
import { authenticate, equalInConstantTime } from './secret.ts'

export interface Capability {
  make(id: string): string
  /** The id that the token was made for, or undefined for anything else. */
  read(token: string): string | undefined
}

const compactLength = 32

/** Tokens are the prefix, the id without hyphens, the separator and 43 characters of HMAC-SHA256. */
export function capability(key: Uint8Array, prefix = '', separator = ''): Capability {
  const make = (id: string) => `${prefix}${id.replaceAll('-', '')}${separator}${authenticate(key, id)}`
  return {
    make,
    read(token) {
      const id = idIn(token.slice(prefix.length, prefix.length + compactLength))
      return id !== undefined && equalInConstantTime(token, make(id)) ? id : undefined
    },
  }
}

function idIn(compact: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(compact)
  return match?.slice(1).join('-')
}
