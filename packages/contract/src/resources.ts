/**
 * Every object of the API that has a name in its description, and the body of every refusal.
 * Each is JSON Schema with a sentence for each field, in the file of its room.
 */
import { type Static, Type } from 'typebox'
import { Allocation, NewAllocation, NewReversal, Reversal } from './allocation-resources.ts'
import { NewOrganisation, Organisation } from './organisation-resources.ts'
import { ImpactPartner, Project } from './project-resources.ts'
import { Footprint, NewQuote, Quote } from './quote-resources.ts'
import {
  ImpactRecord,
  ImpactRecordPage,
  ProfitShareRecord,
  ProfitShareRecordPage,
} from './record-resources.ts'
import {
  CheckoutSession,
  ComponentState,
  CreatedCheckoutSession,
  CreatedImpactPaySession,
  CreatedPostPurchaseSession,
  ImpactPaySession,
  NewCheckoutSession,
  NewImpactPaySession,
  NewPostPurchaseSession,
  PostPurchaseSession,
} from './session-resources.ts'
import {
  ExportedPosting,
  ExportedStatementLine,
  SettlementBreak,
  SettlementBreakPage,
  Statement,
  StatementLine,
  StatementPage,
} from './settlement-resources.ts'
import {
  CreatedWebhookEndpoint,
  NewReplay,
  NewSecretRotation,
  NewTestEvent,
  NewWebhookEndpoint,
  Replay,
  SecretRotation,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointChanges,
} from './webhook-resources.ts'

export const ErrorBody = Type.Object({
  error: Type.String({ description: 'What went wrong, in lower case' }),
  code: Type.String({ description: 'A code of the table of errors' }),
  requestId: Type.String({ description: 'Quote it when you ask about the request' }),
  issues: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
})

export const resources = {
  Organisation,
  NewOrganisation,
  NewQuote,
  Quote,
  NewCheckoutSession,
  CreatedCheckoutSession,
  CheckoutSession,
  NewPostPurchaseSession,
  CreatedPostPurchaseSession,
  PostPurchaseSession,
  NewImpactPaySession,
  CreatedImpactPaySession,
  ImpactPaySession,
  ComponentState,
  Footprint,
  ImpactPartner,
  Project,
  NewAllocation,
  Allocation,
  NewReversal,
  Reversal,
  ImpactRecord,
  ImpactRecordPage,
  ProfitShareRecord,
  ProfitShareRecordPage,
  SettlementBreak,
  SettlementBreakPage,
  StatementLine,
  Statement,
  StatementPage,
  ExportedStatementLine,
  ExportedPosting,
  NewWebhookEndpoint,
  WebhookEndpoint,
  CreatedWebhookEndpoint,
  WebhookEndpointChanges,
  NewSecretRotation,
  SecretRotation,
  NewTestEvent,
  NewReplay,
  Replay,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  ErrorBody,
}

export type ErrorBody = Static<typeof ErrorBody>
