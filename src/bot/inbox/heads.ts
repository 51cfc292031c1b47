// The first row of each author in the inbox, found from one author to the next by the index: what waits behind it is not read.

/** The statement; its one binding is the chats that are looked at. */
export const headsOf = (state: 'waiting' | 'left'): string =>
  `select h.id, h.claimed_until from unnest(?::text[]) as c(name) cross join lateral (
    with recursive heads as (
      (select id, author, claimed_until from inbox where state = '${state}' and chat = c.name order by author, id limit 1)
      union all
      select next.id, next.author, next.claimed_until from heads cross join lateral (
        select id, author, claimed_until from inbox
        where state = '${state}' and chat = c.name and author > heads.author order by author, id limit 1) next)
    select id, claimed_until from heads) h`
