/**
 * For: the headers that a careful merchant sends, so that the demo proves that the SDK lives under them.
 * Not for: anything that depends on the visitor.
 * Law: nothing inline, nothing from anywhere but ourselves and the one origin of ekko.
 */

export const securityHeaders = (ekkoOrigin: string, styleOrigin?: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'self'",
    `script-src 'self' ${ekkoOrigin}`,
    `connect-src 'self' ${ekkoOrigin}`,
    `style-src 'self'${styleOrigin ? ` ${styleOrigin}` : ''}`,
    `form-action 'self' ${ekkoOrigin}`,
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
})
