// The lock on a folder: one holder, stale ones replaced by one taker, also when a process cannot be looked up.

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type DirectoryLock,
  DirectoryLocked,
  lockDirectory,
  stillHeld,
} from '../src/kernel/directory-lock.ts'
import { type Child, startChild } from './support/database-child.ts'

describe('the lock of a folder', { timeout: 60_000 }, () => {
  let directory: string
  const held: DirectoryLock[] = []
  const children: Child[] = []

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ekko-lock-'))
  })
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()))
    for (const lock of held.splice(0)) lock.release()
    fs.rmSync(directory, { recursive: true, force: true })
  })

  const take = async (onLost: () => void = () => undefined) => {
    const lock = await lockDirectory(directory, { onWarning: () => undefined, onLost })
    held.push(lock)
    return lock
  }
  const hold = `const { lockDirectory } = await import('@ekko/service/kernel/directory-lock')
    const lock = await lockDirectory(values.directory, { onWarning: () => undefined, onLost: () => say('lost') }).catch((error) => { say('refused ' + error.message) })
    if (lock) say('held')
    setInterval(() => undefined, 1000)`
  const child = (wrap: string[] = []) => {
    const started = startChild(hold, { directory }, wrap)
    children.push(started)
    return started
  }
  const file = () => path.join(directory, 'ekko.lock')

  it('is released, and leaves nothing behind', async () => {
    const lock = await take()
    expect(stillHeld(lock.file, lock.inode)).toBe(true)
    lock.release()
    held.pop()
    expect(fs.readdirSync(directory)).toEqual([])
    await take()
  })

  it('is taken over at once from a process that was killed', async () => {
    const holder = child()
    await holder.line('held')
    await expect(take()).rejects.toThrow(DirectoryLocked)
    await holder.kill()
    const before = performance.now()
    await take()
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it('goes to exactly one of many that find it stale', async () => {
    const holder = child()
    await holder.line('held')
    await holder.kill()
    const takers = Array.from({ length: 6 }, () => child())
    const said = await Promise.all(
      takers.map((taker) => Promise.race([taker.line('held'), taker.line('refused')])),
    )
    expect(said.filter((line) => line === 'held')).toHaveLength(1)
    expect(said.filter((line) => line.includes('is in use by process'))).toHaveLength(5)
    expect(fs.readdirSync(directory)).toEqual(['ekko.lock'])
  })

  it('is taken over from another machine only when its beat has stopped', async () => {
    const elsewhere = {
      token: 'other-machine',
      pid: process.pid,
      host: 'elsewhere',
      program: 'ekko',
      bootId: 'b',
      pidNamespace: 'n',
      startedAt: '1',
    }
    fs.writeFileSync(file(), JSON.stringify(elsewhere))
    const beat = setInterval(() => fs.utimesSync(file(), new Date(), new Date()), 500)
    await expect(take()).rejects.toThrow(`process ${process.pid} on elsewhere`)
    clearInterval(beat)
    await take()
  })

  it('is noticed as lost by a holder that had only seemed dead', async () => {
    const onLost = vi.fn()
    const lock = await take(onLost)
    fs.renameSync(lock.file, `${lock.file}.moved`)
    fs.writeFileSync(
      lock.file,
      JSON.stringify({ token: 'taker', pid: 1, host: 'elsewhere', program: 'ekko' }),
    )
    expect(stillHeld(lock.file, lock.inode)).toBe(false)
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), { timeout: 3_000 })
    lock.release()
    expect(fs.existsSync(lock.file)).toBe(true)
  })

  it.runIf(mayUnsharePids())('holds between containers, where a process cannot be looked up', async () => {
    const container = ['unshare', '-r', '--pid', '--fork', '--kill-child', '--mount-proc']
    const holder = child(container)
    await holder.line('held')
    await expect(take()).rejects.toThrow('is in use by process 1 ')
    await holder.kill()
    const before = performance.now()
    await take()
    expect(performance.now() - before).toBeGreaterThan(5_000)
  })

  it('does not touch a file that is no lock', async () => {
    fs.writeFileSync(file(), 'shopping list')
    await expect(take()).rejects.toThrow('not a lock file')
    expect(fs.readFileSync(file(), 'utf8')).toBe('shopping list')
  })
})

function mayUnsharePids(): boolean {
  try {
    execFileSync('unshare', ['-r', '--pid', '--fork', '--kill-child', '--mount-proc', 'true'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
