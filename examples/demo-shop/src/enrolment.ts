/**
 * For: making the shop known to ekko: an organisation and a webhook endpoint of its own, once, and again if they are gone.
 * Not for: orders. They ask for the organisation with a deadline and do without it when it passes.
 * Law: one enrolment at a time, and none that fails is the end: the next order tries again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { EkkoApiError, type EkkoClient, EkkoError } from '@ekko/node'
import { enrolEndpoint } from './enrol-endpoint.ts'
import { enrolOrganisation } from './enrol-organisation.ts'
import type { StateFile } from './state.ts'

export interface Enrolment {
  /** Waits for the service to be there, then enrols. Resolves in any case, and logs what came of it. */
  begin(waitMs: number): Promise<void>
  /** The shop's organisation, or undefined when it is not to be had in time. */
  organisationId(withinMs: number): Promise<string | undefined>
  /** To be called when the service no longer knows the organisation. */
  forget(): void
}

export interface EnrolmentParts {
  readonly client: EkkoClient
  readonly state: StateFile
  readonly ekkoOrigin: string
  readonly webhookUrl: string
  readonly log: (line: string) => void
}

export const createEnrolment = (parts: EnrolmentParts): Enrolment => {
  let enrolled: string | undefined
  let running: Promise<string | undefined> | undefined
  const enrol = (): Promise<string | undefined> => {
    running ??= enrolBoth(parts)
      .then((organisationId) => {
        enrolled = organisationId
        return organisationId
      })
      .catch((error: unknown) => {
        parts.log(`The shop could not be enrolled: ${explain(error)}. Orders go on without contributions.`)
        return undefined
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  return {
    begin: async (waitMs) => {
      if (await isThere(parts.ekkoOrigin, waitMs)) await enrol()
      else
        parts.log(
          `No answer from ${parts.ekkoOrigin}/healthz within ${waitMs / 1_000} s. The shop is open without contributions; each order tries again.`,
        )
    },
    organisationId: async (withinMs) =>
      enrolled ?? Promise.race([enrol(), sleep(withinMs, undefined, { ref: false })]),
    forget: () => {
      enrolled = undefined
    },
  }
}

const enrolBoth = async (parts: EnrolmentParts): Promise<string> => {
  const organisationId = await enrolOrganisation(parts)
  await enrolEndpoint(parts, organisationId)
  return organisationId
}

const pollMs = 250

/** Asks /healthz until it says yes, or until so many milliseconds have passed. */
const isThere = async (ekkoOrigin: string, waitMs: number): Promise<boolean> => {
  const endsAt = performance.now() + waitMs
  do {
    const signal = AbortSignal.timeout(2_000)
    const healthy = await fetch(`${ekkoOrigin}/healthz`, { signal }).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      () => false,
    )
    if (healthy) return true
    await sleep(pollMs)
  } while (performance.now() < endsAt)
  return false
}

const explain = (error: unknown): string => {
  if (error instanceof EkkoApiError && error.status === 401) return 'EKKO_API_KEY was refused'
  return error instanceof EkkoError ? error.message : String(error)
}
