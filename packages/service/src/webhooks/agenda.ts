/**
 * Which endpoints are worth a look, and when: the memory of one dispatcher. Pure: time is given.
 * Not for the truth, which is in the tables: what is missing here is found there by the next look around, and what is
 * here by mistake costs one look.
 * Law: endpoints take turns, whatever the length of their queues, and those that are not well stand in a line of their
 * own.
 */

interface Later {
  readonly id: string
  readonly atMs: number
}

export class Agenda {
  // Sets keep the order in which things were added.
  readonly #due = { well: new Set<string>(), failing: new Set<string>() }
  readonly #unwell = new Set<string>()
  readonly #laterAtMs = new Map<string, number>()
  readonly #heap: Later[] = []

  /** Worth a look from `atMs` on. */
  add(id: string, atMs: number, nowMs: number): void {
    if (atMs <= nowMs) {
      this.#laterAtMs.delete(id)
      this.#line(id).add(id)
      return
    }
    const known = this.#laterAtMs.get(id)
    if (known !== undefined && known <= atMs) return
    this.#laterAtMs.set(id, atMs)
    this.#push({ id, atMs })
  }

  /** Says in which line an endpoint stands. */
  mark(id: string, isWell: boolean): void {
    const waits = this.#due.well.delete(id) || this.#due.failing.delete(id)
    if (isWell) this.#unwell.delete(id)
    else this.#unwell.add(id)
    if (waits) this.#line(id).add(id)
  }

  /** Takes the next of both lines out, those that have no room left without answering them. */
  take(most: { well: number; failing: number }, nowMs: number, hasRoom: (id: string) => boolean): string[] {
    this.#bringForward(nowMs)
    return [
      ...takeFrom(this.#due.well, most.well, hasRoom),
      ...takeFrom(this.#due.failing, most.failing, hasRoom),
    ]
  }

  #line(id: string): Set<string> {
    return this.#unwell.has(id) ? this.#due.failing : this.#due.well
  }

  #bringForward(nowMs: number): void {
    for (let first = this.#heap[0]; first !== undefined && first.atMs <= nowMs; first = this.#heap[0]) {
      this.#pop()
      // An earlier time may have been given since.
      if (this.#laterAtMs.get(first.id) === first.atMs) this.add(first.id, first.atMs, nowMs)
    }
  }

  // A binary heap, the earliest in front.
  #push(one: Later): void {
    const heap = this.#heap
    let at = heap.push(one) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.atMs <= one.atMs) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = one
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++
      if (heap[child]!.atMs >= last.atMs) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

function takeFrom(line: Set<string>, most: number, hasRoom: (id: string) => boolean): string[] {
  const taken: string[] = []
  for (const id of line) {
    if (taken.length >= most) break
    line.delete(id)
    if (hasRoom(id)) taken.push(id)
  }
  return taken
}
