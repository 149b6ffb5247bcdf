/**
 * For: comparing the SDK's hand-written types with the contract's schemas, in both directions and down to the last `?`.
 * Not for: running; drift.test.ts gives this file to the compiler and expects silence.
 * Law: the package itself never imports the contract; only this folder does, by a relative path.
 */

import type * as access from '../../contract/src/access-resources.ts'
import type { ErrorCode } from '../../contract/src/errors.ts'
import type * as events from '../../contract/src/events.ts'
import type * as operator from '../../contract/src/operator-resources.ts'
import type * as contract from '../../contract/src/resources.ts'
import type { Scope } from '../../contract/src/scopes.ts'
import type * as sdk from '../src/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Same<A, B> = Equal<Deep<A>, Deep<B>>
/** Spells out inherited members, so that `interface A extends B` compares equal to the flat object. */
type Deep<T> = T extends (infer Item)[] ? Deep<Item>[] : T extends object ? { [K in keyof T]: Deep<T[K]> } : T

/** One entry for each pair: `true` where they are the same, a compile error where they are not. */
export const same: {
  Address: Same<sdk.Address, contract.Address>
  NewOrganisation: Same<sdk.NewOrganisation, contract.NewOrganisation>
  Organisation: Same<sdk.Organisation, contract.Organisation>
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
  NewPostPurchaseSession: Same<sdk.NewPostPurchaseSession, contract.NewPostPurchaseSession>
  CreatedPostPurchaseSession: Same<sdk.CreatedPostPurchaseSession, contract.CreatedPostPurchaseSession>
  PostPurchaseSession: Same<sdk.PostPurchaseSession, contract.PostPurchaseSession>
  Footprint: Same<sdk.Footprint, contract.Footprint>
  Merchant: Same<sdk.Merchant, contract.Merchant>
  NewConsumerErasure: Same<sdk.NewConsumerErasure, contract.NewConsumerErasure>
  ConsumerErasure: Same<sdk.ConsumerErasure, contract.ConsumerErasure>
  NewQuote: Same<sdk.NewQuote, contract.NewQuote>
  Quote: Same<sdk.Quote, contract.Quote>
  NewCheckoutSession: Same<sdk.NewCheckoutSession, contract.NewCheckoutSession>
  CreatedCheckoutSession: Same<sdk.CreatedCheckoutSession, contract.CreatedCheckoutSession>
  CheckoutSession: Same<sdk.CheckoutSession, contract.CheckoutSession>
  NewImpactPaySession: Same<sdk.NewImpactPaySession, contract.NewImpactPaySession>
  CreatedImpactPaySession: Same<sdk.CreatedImpactPaySession, contract.CreatedImpactPaySession>
  ImpactPaySession: Same<sdk.ImpactPaySession, contract.ImpactPaySession>
  ImpactPartner: Same<sdk.ImpactPartner, contract.ImpactPartner>
  NewAllocation: Same<sdk.NewAllocation, contract.NewAllocation>
  AllocationWarning: Same<sdk.AllocationWarning, contract.AllocationWarning>
  Allocation: Same<sdk.Allocation, contract.Allocation>
  ProfitShareRecord: Same<sdk.ProfitShareRecord, contract.ProfitShareRecord>
  ProfitShareRecordPage: Same<sdk.ProfitShareRecordPage, contract.ProfitShareRecordPage>
  ProjectQuery: Same<sdk.ProjectQuery, contract.ProjectQuery>
  QuoteProjectQuery: Same<sdk.QuoteProjectQuery, contract.QuoteProjectQuery>
  ProfitShareRecordQueryNames: Same<keyof sdk.ProfitShareRecordQuery, keyof contract.ProfitShareRecordQuery>
  Project: Same<sdk.Project, contract.Project>
  NewReversal: Same<sdk.NewReversal, contract.NewReversal>
  Reversal: Same<sdk.Reversal, contract.Reversal>
  ImpactRecord: Same<sdk.ImpactRecord, contract.ImpactRecord>
  ImpactRecordPage: Same<sdk.ImpactRecordPage, contract.ImpactRecordPage>
  ImpactRecordQueryNames: Same<keyof sdk.ImpactRecordQuery, keyof contract.ImpactRecordQuery>
  SettlementBreak: Same<sdk.SettlementBreak, contract.SettlementBreak>
  SettlementBreakPage: Same<sdk.SettlementBreakPage, contract.SettlementBreakPage>
  StatementLine: Same<sdk.StatementLine, contract.StatementLine>
  Statement: Same<sdk.Statement, contract.Statement>
  StatementPage: Same<sdk.StatementPage, contract.StatementPage>
  SettlementBreakQueryNames: Same<keyof sdk.SettlementBreakQuery, keyof contract.SettlementBreakQuery>
  StatementQueryNames: Same<keyof sdk.StatementQuery, keyof contract.StatementQuery>
  ExportQueryNames: Same<keyof sdk.ExportQuery, keyof contract.ExportQuery>
  EventType: Same<sdk.EventType, contract.EventType>
  NewWebhookEndpoint: Same<sdk.NewWebhookEndpoint, contract.NewWebhookEndpoint>
  WebhookEndpoint: Same<sdk.WebhookEndpoint, contract.WebhookEndpoint>
  CreatedWebhookEndpoint: Same<sdk.CreatedWebhookEndpoint, contract.CreatedWebhookEndpoint>
  WebhookEndpointChanges: Same<sdk.WebhookEndpointChanges, contract.WebhookEndpointChanges>
  NewSecretRotation: Same<sdk.NewSecretRotation, contract.NewSecretRotation>
  SecretRotation: Same<sdk.SecretRotation, contract.SecretRotation>
  NewTestEvent: Same<sdk.NewTestEvent, contract.NewTestEvent>
  NewReplay: Same<sdk.NewReplay, contract.NewReplay>
  Replay: Same<sdk.Replay, contract.Replay>
  WebhookAttempt: Same<sdk.WebhookAttempt, contract.WebhookAttempt>
  WebhookDelivery: Same<sdk.WebhookDelivery, contract.WebhookDelivery>
  WebhookDeliveryDetail: Same<sdk.WebhookDeliveryDetail, contract.WebhookDeliveryDetail>
  WebhookDeliveryPage: Same<sdk.WebhookDeliveryPage, contract.WebhookDeliveryPage>
  WebhookDeliveryQueryNames: Same<keyof sdk.WebhookDeliveryQuery, keyof contract.WebhookDeliveryQuery>
  EventQueryNames: Same<keyof sdk.EventQuery, keyof contract.EventQuery>
  EventPage: Same<sdk.EventPage, events.EventPage>
  ImpactPaymentEvent: Same<sdk.ImpactPaymentEvent, events.ImpactPaymentEvent>
  ErrorBody: Same<sdk.ErrorBody, contract.ErrorBody>
  ErrorCode: Same<sdk.ApiErrorCode, ErrorCode>
} = {
  Address: true,
  NewOrganisation: true,
  Organisation: true,
  Scope: true,
  AllowList: true,
  AllowListChanges: true,
  ApiKey: true,
  CreatedApiKey: true,
  NewApiKey: true,
  ApiKeyChanges: true,
  NewKeyRoll: true,
  ApiKeyPage: true,
  OrganisationChanges: true,
  OrganisationPage: true,
  Appearance: true,
  Brand: true,
  BrandChanges: true,
  Product: true,
  ProductChanges: true,
  ApiKeyQueryNames: true,
  OrganisationQueryNames: true,
  NewImpactPartner: true,
  ImpactPartnerChanges: true,
  NewProject: true,
  ProjectChanges: true,
  ManagedProject: true,
  ManagedProjectPage: true,
  NewDelivery: true,
  Delivery: true,
  DeliveryPage: true,
  ManagedProjectQueryNames: true,
  DeliveryQueryNames: true,
  NewPostPurchaseSession: true,
  CreatedPostPurchaseSession: true,
  PostPurchaseSession: true,
  Footprint: true,
  Merchant: true,
  NewConsumerErasure: true,
  ConsumerErasure: true,
  NewQuote: true,
  Quote: true,
  NewCheckoutSession: true,
  CreatedCheckoutSession: true,
  CheckoutSession: true,
  NewImpactPaySession: true,
  CreatedImpactPaySession: true,
  ImpactPaySession: true,
  ImpactPartner: true,
  NewAllocation: true,
  AllocationWarning: true,
  Allocation: true,
  ProfitShareRecord: true,
  ProfitShareRecordPage: true,
  ProjectQuery: true,
  QuoteProjectQuery: true,
  ProfitShareRecordQueryNames: true,
  Project: true,
  NewReversal: true,
  Reversal: true,
  ImpactRecord: true,
  ImpactRecordPage: true,
  ImpactRecordQueryNames: true,
  SettlementBreak: true,
  SettlementBreakPage: true,
  StatementLine: true,
  Statement: true,
  StatementPage: true,
  SettlementBreakQueryNames: true,
  StatementQueryNames: true,
  ExportQueryNames: true,
  EventType: true,
  NewWebhookEndpoint: true,
  WebhookEndpoint: true,
  CreatedWebhookEndpoint: true,
  WebhookEndpointChanges: true,
  NewSecretRotation: true,
  SecretRotation: true,
  NewTestEvent: true,
  NewReplay: true,
  Replay: true,
  WebhookAttempt: true,
  WebhookDelivery: true,
  WebhookDeliveryDetail: true,
  WebhookDeliveryPage: true,
  WebhookDeliveryQueryNames: true,
  EventQueryNames: true,
  EventPage: true,
  ImpactPaymentEvent: true,
  ErrorBody: true,
  ErrorCode: true,
}

// The comparison itself must be able to say no, or its silence proves nothing.
type Base = { a: string; b?: number | null }
export const different: [
  Same<Base, { a: string }>,
  Same<Base, { a: string; b: number | null }>,
  Same<Base, { a: string; b?: number | null; c?: string }>,
] = [false, false, false]
