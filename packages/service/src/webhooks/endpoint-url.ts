/**
 * Which URLs may be an endpoint. Pure, so a name is only resolved later: the connector of `egress.ts` checks what the
 * name leads to each time it opens a socket.
 * Law: what is refused here at registration is refused again when sending.
 */
import { isIP } from 'node:net'
import type { Environment } from '../kernel/context.ts'
import { type Refusal, refuseField } from '../kernel/refusal.ts'
import { isAddressAllowed } from './address.ts'

const productionPorts = ['', '8443'] // '' is 443
const urlLengthMax = 2048

/** @throws Refusal ENDPOINT_REFUSED with the reason, for the field `/url` */
export function checkEndpointUrl(text: string, environment: Environment): void {
  const fault = endpointUrlFault(text, environment)
  if (fault !== undefined) throw refuseUrl(fault)
}

/** Why the service may not post to `text`; undefined when it may. */
export function endpointUrlFault(text: string, environment: Environment): string | undefined {
  if (text.length > urlLengthMax) return `the URL is longer than ${urlLengthMax} characters`
  if (!URL.canParse(text)) return 'this is not a URL'
  const url = new URL(text)
  const production = environment === 'production'
  if (url.protocol !== 'https:' && (production || url.protocol !== 'http:')) {
    return production ? 'the URL must begin with https://' : 'the URL must begin with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'the URL must not carry a user name or a password'
  if (production && !productionPorts.includes(url.port)) return 'the port must be 443 or 8443'
  if (production && isLoopbackName(url.hostname)) return 'the host is this machine itself'
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && !isAddressAllowed(literal, environment))
    return 'the address is not one we may call'
  return undefined
}

// RFC 6761: these names always mean loopback.
function isLoopbackName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname)
}

function refuseUrl(fault: string): Refusal {
  return refuseField('ENDPOINT_REFUSED', '/url', fault)
}
