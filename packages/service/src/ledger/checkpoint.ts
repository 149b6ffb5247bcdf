/**
 * Pure: a checkpoint as text, signed and checked: how many seals there are and the hashes that stand for all of them.
 * It is a signed note (c2sp.org/signed-note) whose first three lines are those of any transparency log
 * (c2sp.org/tlog-checkpoint), so that foreign tools can check it; two lines follow, the end of the hash chain and the time.
 * Law: everything that a checkpoint says is under its signature.
 */
import { Buffer } from 'node:buffer'
import { isSignedBy, keyHash, type SigningKey, type VerifyingKey } from './checkpoint-key.ts'
import { hashBytes } from './merkle.ts'

export interface Checkpoint {
  /** The ledger's name. */
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly chain: Buffer
  readonly signedAt: Date
}

export interface SignedCheckpoint extends Checkpoint {
  readonly publicKey: Buffer
  readonly signature: Buffer
}

/** The text that is signed. */
export function checkpointText({ origin, size, root, chain, signedAt }: Checkpoint): string {
  const lines = [origin, size, root.toString('base64'), `chain ${chain.toString('base64')}`]
  return `${[...lines, `time ${signedAt.toISOString()}`].join('\n')}\n`
}

export function signCheckpoint(checkpoint: Checkpoint, key: SigningKey): SignedCheckpoint {
  const signature = key.sign(checkpointText(checkpoint))
  return { ...checkpoint, publicKey: key.publicKey, signature }
}

export function isGenuine(signed: SignedCheckpoint): boolean {
  return isSignedBy(signed.publicKey, checkpointText(signed), signed.signature)
}

/** The signed note. */
export function formatNote(signed: SignedCheckpoint): string {
  const hash = keyHash({ name: signed.origin, publicKey: signed.publicKey })
  const signature = Buffer.concat([hash, signed.signature]).toString('base64')
  return `${checkpointText(signed)}\n— ${signed.origin} ${signature}\n`
}

const noteForm =
  /^([^\s+]+)\n([1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\nchain ([A-Za-z0-9+/]{43}=)\ntime (\S{24})\n\n((?:— \S+ [A-Za-z0-9+/]+=*\n)+)$/

/** @throws Error when the text is no checkpoint, is of another ledger, or `key` did not sign it */
export function readNote(note: string, key: VerifyingKey): Checkpoint {
  const [, origin, size, root, chain, time, signatures] = noteForm.exec(note) ?? []
  if (origin === undefined) throw new Error('the text is not a checkpoint')
  if (origin !== key.name) throw new Error(`the checkpoint is of ${origin}, the key of ${key.name}`)
  const text = note.slice(0, note.indexOf('\n\n') + 1)
  const isSigned = signatures!.split('\n').some((line) => {
    const [, name, encoded] = line.split(' ')
    const bytes = Buffer.from(encoded ?? '', 'base64')
    if (name !== key.name || !bytes.subarray(0, 4).equals(keyHash(key))) return false
    return isSignedBy(key.publicKey, text, bytes.subarray(4))
  })
  if (!isSigned) throw new Error('the checkpoint is not signed by this key')
  return {
    origin,
    size: Number(size),
    root: bytesOf(root!),
    chain: bytesOf(chain!),
    signedAt: new Date(time!),
  }
}

/** @throws Error when it is not the base64 of a hash */
export function bytesOf(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== hashBytes || bytes.toString('base64') !== base64)
    throw new Error('not the base64 of a hash')
  return bytes
}
