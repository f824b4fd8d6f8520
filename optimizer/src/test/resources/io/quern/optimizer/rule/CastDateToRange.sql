-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, tz timestamptz, day date);
INSERT INTO events SELECT row_number() OVER (), t,
    CASE WHEN t = 'infinity' THEN 'infinity' WHEN t = '-infinity' THEN '-infinity' WHEN t < '290000-01-01' AND t > '4600-01-01 BC' THEN t AT TIME ZONE 'UTC' END, NULL FROM (
    SELECT b + d FROM (VALUES (timestamp '2022-03-05'), ('2022-03-06'), ('2022-03-04'), ('2011-12-30'), ('2024-03-31'), ('4714-11-25 BC'), ('294276-12-31')) b (b),
        (VALUES (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('23:59:59.999999'), ('12 hours'), ('-11 hours'), ('23 hours')) d (d)
    UNION ALL VALUES (timestamp 'infinity'), ('-infinity'), (NULL)) v (t);
CREATE INDEX ON events (at);
-- fires
SELECT id FROM events WHERE at::date = '2022-03-05'
-- becomes
SELECT id FROM events WHERE (at >= ('2022-03-05')::pg_catalog.date AND at < ('2022-03-05')::pg_catalog.date + 1)
-- same
SELECT id FROM events WHERE at::date = '2011-12-30'
-- other
-- for literal: 'infinity' | '294276-12-31' | 'today' | '05/03/2022'
SELECT id FROM events WHERE at::date = {literal}
-- fires
-- for cast: at::date | CAST(at AS date) | date(at) | e.at::date | (at)::date
-- for op: = | < | <= | > | >=
-- for value: '2022-03-05' | date '2022-03-05' | 'infinity' | '-infinity' | '294276-12-31' | '5874897-12-31' | '4714-11-24 BC' | '0001-01-01 BC' | current_date | current_date - 7 | now()::date
SELECT id FROM events e WHERE {cast} {op} {value}
-- fires
-- for op: = | < | <= | > | >=
-- for value: 2022-03-05 | infinity | -infinity | 294276-12-31 | 294277-01-01 | 5874897-12-31 | 4714-11-24 BC | 4714-11-25 BC
-- with date {value}
SELECT id FROM events WHERE $1 {op} at::date
-- fires
-- for op: = | < | <= | > | >=
-- with date NULL
SELECT id FROM events WHERE at::date {op} $1 OR id = 3
-- fires
-- for op: = | < | <= | > | >=
SELECT id FROM events WHERE at::date {op} NULL
-- fires
-- with date 2022-03-05
SELECT id FROM events WHERE at::date = $1
-- becomes
SELECT id FROM events WHERE (at >= $1 AND at <= CASE WHEN $1 < '294277-01-01' THEN $1 + interval '23:59:59.999999' WHEN $1 = 'infinity' THEN 'infinity' WHEN $1 >= '294277-01-01' THEN '294276-12-31 23:59:59.999999' END)
-- fires
SELECT id FROM events WHERE at::date BETWEEN '2022-03-04' AND '2022-03-05'
-- becomes
SELECT id FROM events WHERE (at >= ('2022-03-04')::pg_catalog.date AND at < ('2022-03-05')::pg_catalog.date + 1)
-- fires
-- for zone: UTC | Europe/Berlin | Pacific/Apia | Pacific/Kiritimati | Etc/GMT+12 | America/Sao_Paulo
-- for op: = | < | <= | > | >=
-- for value: 2022-03-05 | 2011-12-30 | 2011-12-31 | 2024-03-31 | infinity | -infinity | 4714-11-25 BC | 5874897-12-31
-- with date {value}
-- set timezone = '{zone}'
SELECT id FROM events WHERE tz::date {op} $1
-- fires
SELECT id FROM events WHERE tz::date = '2022-03-05'
-- becomes
SELECT id FROM events WHERE (tz >= ('2022-03-05')::pg_catalog.date - 2 AND tz <= ('2022-03-05')::pg_catalog.date + 3 AND tz::date = '2022-03-05')
-- fires
SELECT count(*) FROM events e LEFT JOIN events f ON f.id = e.id AND f.at::date = '2022-03-05'
-- fires
UPDATE events SET id = id WHERE at::date = '2022-03-05'
-- declines! value-type
SELECT id FROM events WHERE at::date = now()
-- declines value
SELECT e.id FROM events e, events f WHERE e.at::date = f.day
-- declines value
-- with text soon
SELECT id FROM events WHERE at::date = $1::date
-- declines may-fail
SELECT id FROM events WHERE at::date = '2022-03-05' AND 1 / id > 0
-- ignores
-- for condition: day::date = '2022-03-05' | NOT at::date = '2022-03-05' | at::date <> '2022-03-05' | (at + interval '1 day')::date = '2022-03-05'
SELECT id FROM events WHERE {condition}
