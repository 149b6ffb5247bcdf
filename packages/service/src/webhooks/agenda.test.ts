import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Agenda } from './agenda.ts'

const all = { well: 100, failing: 100 }
const anyRoom = () => true

test('endpoints come out when it is their time, each once, and take turns', () => {
  const agenda = new Agenda()
  agenda.add('later', 1_000, 0)
  agenda.add('b', 0, 0)
  agenda.add('a', 0, 0)
  agenda.add('b', 0, 0)
  expect(agenda.take({ well: 1, failing: 0 }, 0, anyRoom)).toEqual(['b'])
  agenda.add('b', 0, 0)
  expect(agenda.take(all, 999, anyRoom)).toEqual(['a', 'b'])
  expect(agenda.take(all, 1_000, anyRoom)).toEqual(['later'])
  expect(agenda.take(all, 9_000, anyRoom)).toEqual([])
})

test('the earliest of several times counts', () => {
  const agenda = new Agenda()
  agenda.add('a', 500, 0)
  agenda.add('a', 900, 0)
  agenda.add('a', 100, 0)
  expect(agenda.take(all, 99, anyRoom)).toEqual([])
  expect(agenda.take(all, 100, anyRoom)).toEqual(['a'])
  expect(agenda.take(all, 1_000, anyRoom)).toEqual([])
})

test('those that are not well stand in a line of their own', () => {
  const agenda = new Agenda()
  for (const id of ['bad', 'good', 'worse']) agenda.add(id, 0, 0)
  agenda.mark('bad', false)
  agenda.mark('worse', false)
  expect(agenda.take({ well: 10, failing: 0 }, 0, anyRoom)).toEqual(['good'])
  agenda.mark('bad', true)
  expect(agenda.take({ well: 10, failing: 1 }, 0, anyRoom)).toEqual(['bad', 'worse'])
})

test('one without room leaves the line: it is added again when it has', () => {
  const agenda = new Agenda()
  agenda.add('full', 0, 0)
  expect(agenda.take(all, 0, () => false)).toEqual([])
  expect(agenda.take(all, 0, anyRoom)).toEqual([])
})

test('whatever the order of times, everything comes out, none before its time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 80 }), (times) => {
      const agenda = new Agenda()
      for (const [index, at] of times.entries()) agenda.add(String(index), at, 0)
      const out: string[] = []
      for (let now = 0; now <= 50; now++) {
        const ids = agenda.take(all, now, anyRoom)
        for (const id of ids) expect(times[Number(id)]).toBe(now)
        out.push(...ids)
      }
      expect(out.sort()).toEqual(times.map((_, index) => String(index)).sort())
    }),
  )
})
