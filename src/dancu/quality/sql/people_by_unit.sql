-- People of each commune of today: all and living, and the births and deaths that reached the book in the last year, in time and in days.
SELECT unit, count(*) AS people, count(*) FILTER (WHERE alive) AS living,
  count(*) FILTER (WHERE birth_days >= 0) AS births, count(*) FILTER (WHERE birth_days BETWEEN 0 AND 60) AS births_in_time,
  coalesce(sum(birth_days) FILTER (WHERE birth_days >= 0), 0)::BIGINT AS birth_days,
  count(*) FILTER (WHERE death_days >= 0) AS deaths, count(*) FILTER (WHERE death_days BETWEEN 0 AND 15) AS deaths_in_time,
  coalesce(sum(death_days) FILTER (WHERE death_days >= 0), 0)::BIGINT AS death_days
FROM people GROUP BY unit ORDER BY unit
