/**
 * Pure: a proof as a file, and checking it with nothing but the file and the ledger's public key. No database, no network.
 * Law: what a proof shows readably is what is checked: the bytes that are hashed are made from it, never taken along.
 */
import { bytesOf, type Checkpoint, readNote } from './checkpoint.ts'
import type { VerifyingKey } from './checkpoint-key.ts'
import { encodeLeaf, type LeafContent, refuseOthers } from './leaf.ts'
import { leafHashOf, verifyConsistency, verifyInclusion } from './merkle.ts'

export const inclusionFormat = 'ekko-ledger-inclusion/1'
export const consistencyFormat = 'ekko-ledger-consistency/1'

export interface InclusionProof {
  readonly format: typeof inclusionFormat
  readonly sealNumber: number
  readonly content: LeafContent
  /** Hashes in base64, from the leaf up. */
  readonly path: readonly string[]
  /** A signed note. */
  readonly checkpoint: string
  /** Which key signed; whom it belongs to, only the ledger's own publication tells. */
  readonly key: string
}

export interface ConsistencyProof {
  readonly format: typeof consistencyFormat
  readonly oldCheckpoint: string
  readonly path: readonly string[]
  readonly checkpoint: string
  readonly key: string
}

export type Proof = InclusionProof | ConsistencyProof

export interface Verdict {
  /** What was checked against. */
  readonly checkpoint: Checkpoint
  /** What is proved, in a sentence. */
  readonly proves: string
}

/** @throws Error saying what is wrong */
export function checkProof(proof: Proof, keys: readonly VerifyingKey[]): Verdict {
  switch (proof.format) {
    case inclusionFormat:
      return checkInclusion(proof, keys)
    case consistencyFormat:
      return checkConsistency(proof, keys)
    default:
      throw new Error(notAProof)
  }
}

function checkInclusion(proof: InclusionProof, keys: readonly VerifyingKey[]): Verdict {
  const { format, sealNumber, content, path, checkpoint: note, key, ...others } = proof
  refuseOthers(others, {})
  const checkpoint = readSigned(note, keys)
  const leafHash = leafHashOf(encodeLeaf(content))
  if (
    !Number.isInteger(sealNumber) ||
    !verifyInclusion(leafHash, sealNumber - 1, checkpoint.size, path.map(bytesOf), checkpoint.root)
  ) {
    throw new Error('what the file shows is not what was sealed under its checkpoint')
  }
  return { checkpoint, proves: `seal ${sealNumber} of ${checkpoint.origin} is what the file shows` }
}

function checkConsistency(proof: ConsistencyProof, keys: readonly VerifyingKey[]): Verdict {
  const { format, oldCheckpoint, path, checkpoint: note, key, ...others } = proof
  refuseOthers(others, {})
  const [old, checkpoint] = [readSigned(oldCheckpoint, keys), readSigned(note, keys)]
  if (!verifyConsistency(old, checkpoint, path.map(bytesOf))) {
    throw new Error(
      'the later checkpoint does not go on from the earlier one: what was sealed then was changed since',
    )
  }
  const proves = `the first ${old.size} of the ${checkpoint.size} seals of ${checkpoint.origin} are those of the earlier checkpoint`
  return { checkpoint, proves }
}

/** A ledger may have signed with one of several keys. */
export function readSigned(note: string, keys: readonly VerifyingKey[]): Checkpoint {
  let problem: unknown = new Error('there is no key to check with')
  for (const key of keys) {
    try {
      return readNote(note, key)
    } catch (cause) {
      problem = cause
    }
  }
  throw problem
}

/** One proof, or a list of them. @throws Error when the text is neither */
export function parseProofs(text: string): Proof[] {
  const read: unknown = JSON.parse(text)
  const all: unknown[] = Array.isArray(read) ? read : [read]
  if (all.length === 0 || !all.every(isProof)) throw new Error(notAProof)
  return all
}

const notAProof = 'the file is not a proof of a ledger, or of a later version than this program'

function isProof(value: unknown): value is Proof {
  if (typeof value !== 'object' || value === null || !('format' in value)) return false
  return value.format === inclusionFormat || value.format === consistencyFormat
}
