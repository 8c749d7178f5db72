-- Groups of rows that share one, two or three things, and only those small enough become blocks.
-- {small}: the size test, {useful}: both files are present, {split}: rows of the left file,
-- {share}: a thing held by more rows divides nothing.
-- Aspect 1 is a word, 2 its rough sound: rough sounds are combined once only. Aspect 3 is the coarse part of a
-- value (the year of a date, the head of a code); blocks that use one carry the bit {coarse} in their mask.
create or replace temp table item as select distinct * from item_raw;
drop table item_raw;

create or replace temp table count1 as
select key, any_value(field) as field, count(*) as size, count_if(row < {split}) as size_left
from item group by key having size > 1;

create or replace temp table block as
select i.key, (1::bigint << i.field) | (case when i.aspect = 3 then {coarse} else 0 end) as mask, i.row
from item i join count1 c using (key)
where {small} and {useful};

create or replace temp table large1 as
select i.row, i.key, i.field, i.aspect
from item i join count1 c using (key)
where not ({small}) and {useful} and c.size <= {share};
drop table item;

create or replace temp table item2 as
select a.row, a.key as a, b.key as b, hash(a.key, b.key) as key,
       (1::bigint << a.field) | (1::bigint << b.field)
       | (case when a.aspect = 3 or b.aspect = 3 then {coarse} else 0 end) as mask, a.aspect = 2 or b.aspect = 2 as rough
from large1 a join large1 b on a.row = b.row and a.key < b.key
where (a.field <> b.field and not (a.aspect = 2 and b.aspect = 2)) or (a.aspect = 1 and b.aspect = 1);

drop table large1;

create or replace temp table count2 as
select key, count(*) as size, count_if(row < {split}) as size_left from item2 group by key having size > 1;

insert into block
select i.key, i.mask, i.row from item2 i join count2 c using (key) where {small} and {useful};

create or replace temp table large2 as
select i.row, i.a, i.b, i.mask from item2 i join count2 c using (key) where not ({small}) and {useful} and not i.rough;
drop table item2;

create or replace temp table item3 as
select ab.row, hash(ab.a, ab.b, bc.b) as key, ab.mask | bc.mask as mask
from large2 ab
join large2 bc on ab.row = bc.row and ab.b = bc.a
join large2 ac on ab.row = ac.row and ac.a = ab.a and ac.b = bc.b
where bit_count((ab.mask | bc.mask) & ~{coarse}::bigint) >= 2;

drop table large2;

create or replace temp table count3 as
select key, count(*) as size, count_if(row < {split}) as size_left from item3 group by key having size > 1;

insert into block
select i.key, i.mask, i.row from item3 i join count3 c using (key) where {small} and {useful};

drop table item3;

create or replace temp table kept as
select 1 as things, c.size, ({small}) as small from count1 c where {useful}
union all select 2, c.size, ({small}) from count2 c where {useful}
union all select 3, c.size, ({small}) from count3 c where {useful};
drop table count1;
drop table count2;
drop table count3;
