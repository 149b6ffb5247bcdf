/** What a law of the books is. */

export interface Law {
  readonly law: string
  /** SQL that answers `found`, the id of what breaks the law, and nothing while the law holds. */
  readonly finds: string
}
