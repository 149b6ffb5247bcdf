/**
 * Laws of what is sealed: every row is under a seal or waits for one, and nothing was slipped in beside them.
 * Not for whether what a seal says is true (`seal-checks.ts`).
 */
import type { Law } from './law.ts'

export const sealLaws: readonly Law[] = [
  {
    law: 'each journal is sealed or waits to be',
    finds: `select j.id::text as found from journal j
            where not exists (select from seal s where s.journal_id = j.id)
              and not exists (select from unsealed u where u.journal_id = j.id)`,
  },
  {
    law: 'each event is sealed or waits to be, with its journal if it has one',
    finds: `select e.id::text as found from event e where not e.test
              and not exists (select from seal s where s.event_id = e.id)
              and not exists (select from unsealed u where u.journal_id = e.journal_id)
              and not exists (select from unsealed u where u.event_id = e.id)`,
  },
  {
    law: 'each record is sealed or waits to be, with its journal',
    finds: `select i.id::text as found from impact_record i
            where not exists (select from seal s where s.journal_id = i.journal_id and s.record_id = i.id)
              and not exists (select from unsealed u join journal j on j.id = u.journal_id where j.id = i.journal_id)`,
  },
  {
    law: 'lines and shares are of an allocation or a reversal',
    finds: `select allocation_id::text as found from allocation_line l
              where not exists (select from funds_allocation a where a.id = l.allocation_id)
            union all select allocation_id::text from allocation_share h
              where not exists (select from funds_allocation a where a.id = h.allocation_id)
            union all select reversal_id::text from reversal_line l
              where not exists (select from reversal r where r.id = l.reversal_id)
            union all select reversal_id::text from reversal_share h
              where not exists (select from reversal r where r.id = h.reversal_id)`,
  },
  {
    law: 'what waits to be sealed is there, and was not sealed',
    finds: `select coalesce(u.journal_id, u.event_id)::text as found from unsealed u
            where not exists (select from journal j where j.id = u.journal_id)
              and not exists (select from event e where e.id = u.event_id and e.journal_id is null)
              or exists (select from seal s where s.journal_id = u.journal_id)
              or exists (select from seal s where s.event_id = u.event_id and s.journal_id is null)`,
  },
  {
    law: 'the tree has subtrees of seals only',
    finds: `select level || ' ' || place as found from seal_tree
            where (place + 1) * 2 ^ level > (select coalesce(max(seal_number), 0) from seal)`,
  },
  {
    law: 'a checkpoint speaks for every seal, but for those of the second after it',
    finds: `select min(s.seal_number)::text as found from seal s
            left join (select size, signed_at from checkpoint order by size desc limit 1) c on true
            where s.seal_number > coalesce(c.size, 0)
              and (c.size is null or s.sealed_at < c.signed_at or s.sealed_at >= c.signed_at + interval '1 second')
            having count(*) > 0`,
  },
]
