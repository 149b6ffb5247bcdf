/** The only door of the package. The directive tells frameworks that render on servers where the browser's part begins. */
'use client'

export type { ImpactHandlers } from './element.ts'
export { ImpactPayEmbedded, type ImpactPayEmbeddedProps } from './embedded.ts'
export { ImpactPayTakeover, type ImpactPayTakeoverProps } from './takeover.ts'
