/**
 * For: comparing the SDK's hand-written types with the contract's schemas, in both directions and down to the last `?`.
 * Not for: running; drift.test.ts gives this file to the compiler and expects silence.
 * Law: the package itself never imports the contract; only this folder does, by a relative path.
 */

import type * as access from '../../contract/src/access-resources.ts'
import type * as allocation from '../../contract/src/allocation-resources.ts'
import type * as consumer from '../../contract/src/consumer-resources.ts'
import type { ErrorCode } from '../../contract/src/errors.ts'
import type * as events from '../../contract/src/events.ts'
import type * as operator from '../../contract/src/operator-resources.ts'
import type * as organisation from '../../contract/src/organisation-resources.ts'
import type * as project from '../../contract/src/project-resources.ts'
import type * as quote from '../../contract/src/quote-resources.ts'
import type * as record from '../../contract/src/record-resources.ts'
import type * as resources from '../../contract/src/resources.ts'
import type { Scope } from '../../contract/src/scopes.ts'
import type * as session from '../../contract/src/session-resources.ts'
import type * as settlement from '../../contract/src/settlement-resources.ts'
import type * as webhook from '../../contract/src/webhook-resources.ts'
import type * as sdk from '../src/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Same<A, B> = Equal<Deep<A>, Deep<B>>
/** Spells out inherited members, so that `interface A extends B` compares equal to the flat object. */
type Deep<T> = T extends (infer Item)[] ? Deep<Item>[] : T extends object ? { [K in keyof T]: Deep<T[K]> } : T

type AllTrue<Each extends { [name: string]: true }> = Each

/** One entry for each pair: `true` where they are the same, a compile error where they are not. */
export type AllTheSame = AllTrue<{
  Address: Same<sdk.Address, organisation.Address>
  NewOrganisation: Same<sdk.NewOrganisation, organisation.NewOrganisation>
  Organisation: Same<sdk.Organisation, organisation.Organisation>
  Scope: Same<sdk.Scope, Scope>
  AllowList: Same<sdk.AllowList, access.AllowList>
  AllowListChanges: Same<sdk.AllowListChanges, access.AllowListChanges>
  ApiKey: Same<sdk.ApiKey, access.ApiKey>
  CreatedApiKey: Same<sdk.CreatedApiKey, access.CreatedApiKey>
  NewApiKey: Same<sdk.NewApiKey, access.NewApiKey>
  ApiKeyChanges: Same<sdk.ApiKeyChanges, access.ApiKeyChanges>
  NewKeyRoll: Same<sdk.NewKeyRoll, access.NewKeyRoll>
  ApiKeyPage: Same<sdk.ApiKeyPage, access.ApiKeyPage>
  OrganisationChanges: Same<sdk.OrganisationChanges, access.OrganisationChanges>
  OrganisationPage: Same<sdk.OrganisationPage, access.OrganisationPage>
  Appearance: Same<sdk.Appearance, access.Appearance>
  Brand: Same<sdk.Brand, access.Brand>
  BrandChanges: Same<sdk.BrandChanges, access.BrandChanges>
  Product: Same<sdk.Product, access.Product>
  ProductChanges: Same<sdk.ProductChanges, access.ProductChanges>
  ApiKeyQueryNames: Same<keyof sdk.ApiKeyQuery, keyof access.ApiKeyQuery>
  OrganisationQueryNames: Same<keyof sdk.OrganisationQuery, keyof access.OrganisationQuery>
  NewImpactPartner: Same<sdk.NewImpactPartner, operator.NewImpactPartner>
  ImpactPartnerChanges: Same<sdk.ImpactPartnerChanges, operator.ImpactPartnerChanges>
  NewProject: Same<sdk.NewProject, operator.NewProject>
  ProjectChanges: Same<sdk.ProjectChanges, operator.ProjectChanges>
  ManagedProject: Same<sdk.ManagedProject, operator.ManagedProject>
  ManagedProjectPage: Same<sdk.ManagedProjectPage, operator.ManagedProjectPage>
  NewDelivery: Same<sdk.NewDelivery, operator.NewDelivery>
  Delivery: Same<sdk.Delivery, operator.Delivery>
  DeliveryPage: Same<sdk.DeliveryPage, operator.DeliveryPage>
  ManagedProjectQueryNames: Same<keyof sdk.ManagedProjectQuery, keyof operator.ManagedProjectQuery>
  DeliveryQueryNames: Same<keyof sdk.DeliveryQuery, keyof operator.DeliveryQuery>
  NewPostPurchaseSession: Same<sdk.NewPostPurchaseSession, session.NewPostPurchaseSession>
  CreatedPostPurchaseSession: Same<sdk.CreatedPostPurchaseSession, session.CreatedPostPurchaseSession>
  PostPurchaseSession: Same<sdk.PostPurchaseSession, session.PostPurchaseSession>
  Footprint: Same<sdk.Footprint, quote.Footprint>
  Merchant: Same<sdk.Merchant, quote.Merchant>
  NewConsumerErasure: Same<sdk.NewConsumerErasure, consumer.NewConsumerErasure>
  ConsumerErasure: Same<sdk.ConsumerErasure, consumer.ConsumerErasure>
  NewQuote: Same<sdk.NewQuote, quote.NewQuote>
  Quote: Same<sdk.Quote, quote.Quote>
  NewCheckoutSession: Same<sdk.NewCheckoutSession, session.NewCheckoutSession>
  CreatedCheckoutSession: Same<sdk.CreatedCheckoutSession, session.CreatedCheckoutSession>
  CheckoutSession: Same<sdk.CheckoutSession, session.CheckoutSession>
  NewImpactPaySession: Same<sdk.NewImpactPaySession, session.NewImpactPaySession>
  CreatedImpactPaySession: Same<sdk.CreatedImpactPaySession, session.CreatedImpactPaySession>
  ImpactPaySession: Same<sdk.ImpactPaySession, session.ImpactPaySession>
  ImpactPartner: Same<sdk.ImpactPartner, project.ImpactPartner>
  NewAllocation: Same<sdk.NewAllocation, allocation.NewAllocation>
  AllocationWarning: Same<sdk.AllocationWarning, allocation.AllocationWarning>
  Allocation: Same<sdk.Allocation, allocation.Allocation>
  ProfitShareRecord: Same<sdk.ProfitShareRecord, record.ProfitShareRecord>
  ProfitShareRecordPage: Same<sdk.ProfitShareRecordPage, record.ProfitShareRecordPage>
  ProjectQuery: Same<sdk.ProjectQuery, project.ProjectQuery>
  QuoteProjectQuery: Same<sdk.QuoteProjectQuery, project.QuoteProjectQuery>
  ProfitShareRecordQueryNames: Same<keyof sdk.ProfitShareRecordQuery, keyof record.ProfitShareRecordQuery>
  Project: Same<sdk.Project, project.Project>
  NewReversal: Same<sdk.NewReversal, allocation.NewReversal>
  Reversal: Same<sdk.Reversal, allocation.Reversal>
  ImpactRecord: Same<sdk.ImpactRecord, record.ImpactRecord>
  ImpactRecordPage: Same<sdk.ImpactRecordPage, record.ImpactRecordPage>
  ImpactRecordQueryNames: Same<keyof sdk.ImpactRecordQuery, keyof record.ImpactRecordQuery>
  SettlementBreak: Same<sdk.SettlementBreak, settlement.SettlementBreak>
  SettlementBreakPage: Same<sdk.SettlementBreakPage, settlement.SettlementBreakPage>
  StatementLine: Same<sdk.StatementLine, settlement.StatementLine>
  Statement: Same<sdk.Statement, settlement.Statement>
  StatementPage: Same<sdk.StatementPage, settlement.StatementPage>
  SettlementBreakQueryNames: Same<keyof sdk.SettlementBreakQuery, keyof settlement.SettlementBreakQuery>
  StatementQueryNames: Same<keyof sdk.StatementQuery, keyof settlement.StatementQuery>
  ExportQueryNames: Same<keyof sdk.ExportQuery, keyof settlement.ExportQuery>
  EventType: Same<sdk.EventType, webhook.EventType>
  NewWebhookEndpoint: Same<sdk.NewWebhookEndpoint, webhook.NewWebhookEndpoint>
  WebhookEndpoint: Same<sdk.WebhookEndpoint, webhook.WebhookEndpoint>
  CreatedWebhookEndpoint: Same<sdk.CreatedWebhookEndpoint, webhook.CreatedWebhookEndpoint>
  WebhookEndpointChanges: Same<sdk.WebhookEndpointChanges, webhook.WebhookEndpointChanges>
  NewSecretRotation: Same<sdk.NewSecretRotation, webhook.NewSecretRotation>
  SecretRotation: Same<sdk.SecretRotation, webhook.SecretRotation>
  NewTestEvent: Same<sdk.NewTestEvent, webhook.NewTestEvent>
  NewReplay: Same<sdk.NewReplay, webhook.NewReplay>
  Replay: Same<sdk.Replay, webhook.Replay>
  WebhookAttempt: Same<sdk.WebhookAttempt, webhook.WebhookAttempt>
  WebhookDelivery: Same<sdk.WebhookDelivery, webhook.WebhookDelivery>
  WebhookDeliveryDetail: Same<sdk.WebhookDeliveryDetail, webhook.WebhookDeliveryDetail>
  WebhookDeliveryPage: Same<sdk.WebhookDeliveryPage, webhook.WebhookDeliveryPage>
  WebhookDeliveryQueryNames: Same<keyof sdk.WebhookDeliveryQuery, keyof webhook.WebhookDeliveryQuery>
  EventQueryNames: Same<keyof sdk.EventQuery, keyof webhook.EventQuery>
  EventPage: Same<sdk.EventPage, events.EventPage>
  ImpactPaymentEvent: Same<sdk.ImpactPaymentEvent, events.ImpactPaymentEvent>
  ErrorBody: Same<sdk.ErrorBody, resources.ErrorBody>
  ErrorCode: Same<sdk.ApiErrorCode, ErrorCode>
}>

// The comparison itself must be able to say no, or its silence proves nothing.
type Base = { a: string; b?: number | null }
export const different: [
  Same<Base, { a: string }>,
  Same<Base, { a: string; b: number | null }>,
  Same<Base, { a: string; b?: number | null; c?: string }>,
] = [false, false, false]
