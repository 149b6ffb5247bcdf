/**
 * How the sandbox provider signs a notification: `t=<Unix seconds>,v1=<hex>`, where v1 is the HMAC-SHA256 of the
 * seconds, a full stop and the exact body. The time is signed too, so that an old notification cannot be dressed up. Pure.
 */
import { createHmac } from 'node:crypto'
import type { Secret } from '../kernel/secret.ts'

export const signatureHeader = 'sandbox-psp-signature'

export function signNotification(secret: Secret, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000)
  const mac = createHmac('sha256', secret.reveal()).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}
