-- Blocked pairs for training, about {wanted} for every combination of fields that makes blocks.
with size as (
    select key, any_value(mask) as mask, count(*) as n from block group by key
), rule as (
    select mask, sum(n * (n - 1) / 2) as pairs from size group by mask
), chosen as (
    select s.key, s.mask from size s join rule r using (mask)
    where hash(s.key, 7) % 1000003 < 1000003.0 * {wanted} / r.pairs
)
select l.row as l, r.row as r, c.mask as mask
from chosen c join block l on l.key = c.key join block r on r.key = c.key and l.row < r.row
where {across}
order by mask, l, r
