-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, tz timestamptz, day date);
INSERT INTO events SELECT row_number() OVER (), t,
    CASE WHEN t = 'infinity' THEN 'infinity' WHEN t = '-infinity' THEN '-infinity' WHEN t < '290000-01-01' AND t > '4600-01-01 BC' THEN t AT TIME ZONE 'UTC' END, t::date FROM (
    SELECT b + d FROM (VALUES (timestamp '2022-03-01'), ('2022-03-31'), ('2022-04-01'), ('2022-01-01'), ('2021-12-31'), ('2024-02-29'), ('2024-03-01'), ('9999-12-31'),
            ('10000-01-01'), ('0001-01-01'), ('0001-01-01 BC'), ('0022-03-05'), ('4714-11-25 BC'), ('294276-12-31'), ('2022-12-31'), ('2020-02-28')) b (b),
        (VALUES (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('23:59:59.999999'), ('-13 hours'), ('14 hours')) d (d)
    UNION ALL VALUES (timestamp 'infinity'), ('-infinity'), (NULL)) v (t);
CREATE TABLE plain (length interval, y int);
CREATE INDEX ON events (at);
CREATE INDEX ON events (day);
-- fires
SELECT id FROM events WHERE extract(year FROM day) = 2022 AND extract(month FROM day) = 3
-- becomes
SELECT id FROM events WHERE day >= pg_catalog.make_date(2022, 3, 1) AND day < pg_catalog.make_date(2022, 3, 1) + interval '1 month'
-- same
SELECT id FROM events WHERE extract(year FROM day) = 9999 AND extract(month FROM day) = 12
-- other
-- for y: 0 | 10000
SELECT id FROM events WHERE extract(year FROM day) = {y} AND extract(month FROM day) = 3
-- other
-- for m: 0 | 13
SELECT id FROM events WHERE extract(year FROM day) = 2022 AND extract(month FROM day) = {m}
-- fires
SELECT id FROM events WHERE extract(year FROM at) = 2022
-- becomes
SELECT id FROM events WHERE (at >= pg_catalog.make_date(2022, 1, 1) AND at < pg_catalog.make_date(2022 + 1, 1, 1))
-- other
-- for y: 0 | 10000
SELECT id FROM events WHERE extract(year FROM at) = {y}
-- fires
SELECT id FROM events WHERE date_part('month', at) = 3 AND 2022 = date_part('year', at) AND date_part('day', at) = 31
-- becomes
SELECT id FROM events WHERE at < pg_catalog.make_date(2022, 3, 1) + 31 AND at >= pg_catalog.make_date(2022, 3, 1) + (31 - 1) AND date_part('day', at) = 31
-- other
-- for field: 'years' | 'month' | 'decade'
SELECT id FROM events WHERE date_part('month', at) = 3 AND 2022 = date_part({field}, at) AND date_part('day', at) = 31
-- other
-- for d: 0 | 32
SELECT id FROM events WHERE date_part('month', at) = 3 AND 2022 = date_part('year', at) AND date_part('day', at) = {d}
-- fires
-- for column: at | day
-- for y: 2022 | 2024 | 1 | 22 | 9999
-- for m: 2 | 3 | 12 | 1
-- for d: 1 | 29 | 30 | 31
SELECT id FROM events WHERE extract(day FROM {column}) = {d} AND (extract(year FROM {column}) = {y} AND extract(month FROM {column}) = {m})
-- fires
-- for call: extract(year FROM {column}) | date_part('year', {column})
-- for column: at | day | tz
-- for op: = | < | <= | > | >=
-- for y: 2022 | 2022.0 | 2022.5 | 0 | -1 | 10000 | 294276 | '2022' | 'Infinity' | '-Infinity' | 'NaN' | 99999999999
SELECT id FROM events WHERE {call} {op} {y}
-- fires
-- for column: at | day | tz
-- for y: 2022 | -1 | 0 | 9999 | 294276 | Infinity | NaN | 2022.5
-- for m: 3 | 0 | 13 | 3.5 | 12
-- with numeric {y}
-- with float8 {m}
SELECT id FROM events WHERE extract(year FROM {column}) = $1 AND date_part('month', {column}) = $2
-- fires
-- with numeric 2022
-- with numeric 3
SELECT id FROM events WHERE extract(year FROM day) = $1 AND extract(month FROM day) = $2
-- becomes
SELECT id FROM events WHERE (day >= CASE WHEN $1 BETWEEN 1 AND 9998 AND $2 BETWEEN 1 AND 12 THEN pg_catalog.make_date(($1)::pg_catalog.int4, ($2)::pg_catalog.int4, 1) ELSE '-infinity' END AND day <= CASE WHEN $1 BETWEEN 1 AND 9998 AND $2 BETWEEN 1 AND 12 THEN pg_catalog.make_date(($1)::pg_catalog.int4, ($2)::pg_catalog.int4, 1) + 31 ELSE 'infinity' END AND extract(year FROM day) = $1) AND extract(month FROM day) = $2
-- fires
-- with int4 2022
SELECT id FROM events WHERE extract(year FROM day) = $1 AND extract(month FROM day) = 99999999999
-- fires
-- for zone: UTC | Europe/Berlin | Pacific/Kiritimati | Etc/GMT+12 | Pacific/Apia
-- for m: 1 | 3 | 4 | 12
-- set timezone = '{zone}'
SELECT id FROM events WHERE extract(year FROM tz) = 2022 AND extract(month FROM tz) = {m}
-- fires
SELECT id FROM events WHERE extract(year FROM at) BETWEEN 2021 AND 2022
-- becomes
SELECT id FROM events WHERE (at >= pg_catalog.make_date(2021, 1, 1) AND at < pg_catalog.make_date(2022 + 1, 1, 1))
-- fires
-- for condition: extract(year FROM at) = 2022 OR extract(year FROM day) = 2024 AND extract(month FROM day) = 2 | extract(year FROM at) = 2022 AND extract(month FROM day) = 3 | extract(year FROM at) = 2022 AND extract(month FROM at) > 3 | extract(year FROM at) >= 2022 AND extract(month FROM at) = 3 | extract('year' FROM at) = 2022 AND extract(month FROM at) = 3 AND extract(month FROM at) = 4 | extract(year FROM at) = 2022 AND extract(year FROM at) = 2022 AND extract(month FROM at) = 3 | extract(year FROM at) = extract(year FROM current_date) | extract(year FROM at) = NULL::int | extract(year FROM at) = 2022 AND (extract(month FROM at) = 3 OR extract(month FROM at) = 4)
SELECT id FROM events WHERE {condition}
-- fires
SELECT e.id, f.id FROM events e LEFT JOIN events f ON f.id = e.id AND extract(year FROM f.at) = 2022 AND extract(month FROM f.at) = 3
-- fires
SELECT e.id, f.id FROM events e LEFT JOIN events f ON f.id = e.id AND extract(year FROM f.at) = 2022 WHERE extract(month FROM f.at) = 3
-- fires
UPDATE events SET at = NULL WHERE extract(year FROM at) = 2022
-- declines value
SELECT id FROM events, plain WHERE extract(year FROM at) = y
-- declines may-fail
SELECT id FROM events WHERE extract(year FROM at) = 2022 AND 1 / id > 0
-- ignores
-- for condition: extract(month FROM at) = 3 | extract(year FROM at) <> 2022 | NOT extract(year FROM at) = 2022 | extract(year FROM at + interval '1 day') = 2022 | extract(isoyear FROM at) = 2022
SELECT id FROM events WHERE {condition}
-- ignores
SELECT 1 FROM plain WHERE extract(year FROM length) = 2022
