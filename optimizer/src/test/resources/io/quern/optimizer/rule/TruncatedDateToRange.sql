-- schema
CREATE TABLE events (
    id int PRIMARY KEY, at timestamp, at0 timestamp(0), tz timestamptz, day date, o int, weight float8);
INSERT INTO events (id, at, at0, tz, day)
SELECT row_number() OVER (), t, CASE WHEN t < '294276-12-31 23:59:59' THEN t END, NULL, NULL FROM (
    SELECT b + d FROM (VALUES
        (timestamp '2024-01-01'), ('2024-01-31'), ('2024-02-29'), ('2024-03-01'), ('2023-12-31'), ('2024-01-05 03:00'),
        ('2000-02-29 12:34:56.789'), ('1969-12-31'), ('0001-01-01 BC'), ('4700-12-31 BC'), ('2011-12-30'), ('2024-03-31'),
        ('294276-12-25'), ('294276-12-31'), ('294276-10-01'), ('1900-03-01'), ('2024-10-27')) AS base (b),
    (VALUES (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('23:59:59.999999'), ('25 hours'), ('-25 hours'),
        ('12 hours'), ('59 minutes 59.999999'), ('6 days'), ('0.5 second'), ('1 second'), ('2 hours'), ('90 minutes')) AS delta (d)
    WHERE NOT (b > '294276-12-24' AND d > interval '23:59:59.999999')
    UNION ALL VALUES (timestamp 'infinity'), ('-infinity'), (NULL), ('294276-12-31 23:59:59.999999')) AS v (t);
UPDATE events SET tz = CASE WHEN isfinite(at) AND at > '4000-01-01 BC' AND at < '290000-01-01' THEN at AT TIME ZONE 'UTC' WHEN at = 'infinity' THEN 'infinity' WHEN at = '-infinity' THEN '-infinity' END;
UPDATE events SET day = at::date WHERE tz IS NOT NULL;
CREATE TABLE other (id int NOT NULL, at timestamp);
INSERT INTO other SELECT id, at FROM events;
CREATE VIEW seen AS SELECT * FROM events;
CREATE TABLE plain (length interval);
-- fires
-- for unit: second | minute | hour | day | DAY | week | month | quarter | year
-- for value: 2024-01-01 | 2024-01-01 12:00 | 2024-02-29 | 2024-02-01 | 2023-12-25 | 2024-01-01 00:59 | 2024-01-01 00:00:01 | 294276-12-31 | 294276-12-31 12:00 | 294276-12-31 23:59:59 | 294276-12-25 | 294276-12-28 | 294276-12-01 | 294276-10-01 | 294276-01-01 | 294276-11-15 | infinity | -infinity | epoch | 1969-12-31 | 2000-02-29 12:34:56 | 1900-01-01 | 2023-10-01 | 2024-01-08
SELECT id, at FROM events WHERE date_trunc('{unit}', at) = '{value}'
-- fires
-- for unit: second | minute | hour | DAY | week | month | quarter | year
-- for value: 2024-01-01 | 2024-01-01 12:00 | 2024-01-01 00:59 | 294276-12-31 23:59:59 | 294276-12-01 | 294276-10-01 | infinity | -infinity | 0001-01-01 BC | 4714-11-24 BC | 4714-11-26 BC | 4700-12-01 BC
-- with timestamp {value}
SELECT id FROM events WHERE $1 = date_trunc('{unit}', at)
-- fires
-- with timestamp 2024-01-05
SELECT id FROM events WHERE $1 = date_trunc('day', at)
-- becomes
SELECT id FROM events WHERE (at >= $1 AND at <= pg_catalog.date_trunc('day', $1) + interval '23:59:59.999999' AND $1 = pg_catalog.date_trunc('day', $1))
-- fires
-- for unit: second | hour | day | week | month | year
-- for op: < | <= | > | >=
-- for value: 2024-01-01 | 2024-01-01 12:00 | 294276-12-31 12:00 | infinity | -infinity | 4714-11-26 BC
-- with timestamp {value}
SELECT id FROM events WHERE date_trunc('{unit}', at) {op} $1
-- fires
SELECT id FROM events WHERE date_trunc('month', at) BETWEEN '2024-01-01' AND '2024-02-15'
-- becomes
SELECT id FROM events WHERE (at >= ('2024-01-01')::pg_catalog.timestamp AND date_trunc('month', at) >= '2024-01-01' AND at <= ('2024-02-15')::pg_catalog.timestamp + interval '30 days 23:59:59.999999' AND date_trunc('month', at) <= '2024-02-15')
-- fires
-- for condition: date_trunc('day', e.at) = timestamp '2024-01-01' | pg_catalog.date_trunc('day', e.at) = '2024-01-01'::timestamp | date_trunc('day', e.at) = cast('2024-01-01' AS timestamp without time zone) | date_trunc('day', "e"."at") = date_trunc('day', localtimestamp) | id > 0 AND (date_trunc('day', e.at) = '2024-01-01' AND id < 1000) | id BETWEEN 1 AND 1000 AND date_trunc('day', at0) = '2024-01-01' -- note | date_trunc('day', at) = '2024-01-01' OR id = 1 OR id = 2 | date_trunc('day', at) = '2024-01-01' AND date_trunc('minute', at0) = '2024-01-01' | e.id IN (SELECT id FROM other o WHERE date_trunc('week', o.at) = '2024-01-01') | date_trunc('day', at) = '2024-01-01'::date | date_trunc('day', e.at) = current_date | (id = 1 OR date_trunc('day', at) = '2024-01-01')
SELECT * FROM public.events AS e WHERE {condition}
-- fires
SELECT e.id, o.at FROM events e JOIN other o ON o.id = e.id AND date_trunc('day', o.at) = '2024-01-01'
-- fires
SELECT e.id, o.at FROM events e LEFT JOIN other o ON o.id = e.id WHERE date_trunc('day', o.at) = '2024-01-01'
-- fires
SELECT e.id, o.at FROM events e LEFT JOIN other o ON o.id = e.id AND date_trunc('day', o.at) = '2024-01-01'
-- fires
SELECT id FROM events e WHERE date_trunc('day', at) = '2024-01-01' AND EXISTS (SELECT * FROM other o WHERE o.id = e.id)
-- fires
-- with timestamp 2024-01-01
SELECT 1 FROM events WHERE date_trunc('day', at) = $1::timestamp
-- fires
SELECT id FROM events WHERE date_trunc('day', tz) = '2024-01-01'
-- becomes
SELECT id FROM events WHERE (tz >= ('2024-01-01')::pg_catalog.timestamptz - interval '48 hours' AND tz <= ('2024-01-01')::pg_catalog.timestamptz + interval '72 hours' AND date_trunc('day', tz) = '2024-01-01')
-- fires
-- for unit: second | hour | day | week | month | quarter | year
-- for zone: Europe/Berlin | Pacific/Apia | Pacific/Kiritimati | America/Sao_Paulo | Asia/Tehran | UTC
-- for value: 2024-01-01 | 2023-12-31 12:00 | 2011-12-29 | 2011-12-31 | 2024-03-31 | 2024-10-27 | infinity | -infinity | 4714-11-26 BC
-- with timestamptz {value}
-- set timezone = '{zone}'
SELECT id FROM events WHERE date_trunc('{unit}', tz) = $1
-- fires
-- for unit: second | hour | day | week | month | year
-- for zone: Europe/Berlin | Pacific/Apia | Etc/GMT+12 | Pacific/Kiritimati
-- for op: <= | >= | < | > | =
-- for column: tz | day
-- for value: 2024-01-01 | 2024-01-01 12:00+05:30 | 2011-12-31 | 2024-02-29
-- set timezone = '{zone}'
SELECT id FROM events WHERE date_trunc('{unit}', {column}) {op} '{value}'
-- fires
SELECT id FROM events WHERE date_trunc('week', tz) = date_trunc('week', now()) OR id = 3
-- fires
SELECT id FROM events WHERE date_trunc('month', tz) >= current_date
-- declines may-fail
SELECT id FROM events WHERE date_trunc('month', tz) >= '2024-01-01' AND date_trunc('month', tz) < '2025-01-01'
-- declines! column-type
SELECT 1 FROM plain WHERE date_trunc('day', length) = interval '1 day'
-- declines! unit
SELECT 1 FROM events WHERE date_trunc('decade', at) = '2020-01-01'
-- declines! value-type
SELECT 1 FROM events WHERE date_trunc('day', at) = now()
-- declines! value-type
-- with date 2024-01-01
SELECT 1 FROM events WHERE date_trunc('day', at) = $1
-- declines value
-- with text soon
SELECT 1 FROM events WHERE date_trunc('day', at) = $1::timestamp
-- declines value
-- with date 5874897-12-31
SELECT 1 FROM events WHERE date_trunc('day', at) = CAST($1 AS timestamp)
-- declines value
SELECT 1 FROM events e, other o WHERE date_trunc('day', e.at) = o.at
-- declines may-fail
SELECT e.id FROM events e JOIN other o ON o.id = e.id WHERE date_trunc('day', e.at) = '2024-01-01' AND 1 / o.id > 0
-- declines may-fail
SELECT e.id FROM events e JOIN other o ON o.id = e.id AND 1 / o.id > 0 WHERE date_trunc('day', e.at) = '2024-01-01' AND e.id > 3
-- declines may-fail
SELECT id FROM events e WHERE date_trunc('day', at) = '2024-01-01' AND EXISTS (SELECT 1 FROM other o WHERE 1 / o.id > e.id)
-- fires
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- same
SELECT 1 FROM events WHERE date_trunc('day', at) = '2023-12-31 12:00'
-- other
-- for literal: 'today' | 'now' | E'\x74oday' | $$yesterday$$
SELECT 1 FROM events WHERE date_trunc('day', at) = {literal}
-- other
-- for unit: 'week' | $$day$$ | 'month'
SELECT 1 FROM events WHERE date_trunc({unit}, at) = '2024-01-01'
-- fires
SELECT 1 FROM events WHERE date_trunc('day', at) = timestamp '2024-01-01'
-- other
SELECT 1 FROM events WHERE date_trunc('day', at) = timestamp 'today'
-- fires
SELECT 1 FROM events WHERE date_trunc('day', at) = date_trunc('week', timestamp '2024-01-01')
-- other
SELECT 1 FROM events WHERE date_trunc('day', at) = date_trunc('week', timestamp 'tomorrow')
-- fires
SELECT 1 FROM events WHERE date_trunc('day', tz) = '2024-01-01'
-- same
SELECT 1 FROM events WHERE date_trunc('day', tz) = '1969-12-31'
-- other
-- for literal: '294276-12-31' | '4714-11-25 BC' | 'infinity'
SELECT 1 FROM events WHERE date_trunc('day', tz) = {literal}
-- ignores
-- for condition: NOT date_trunc('day', at) = '2024-01-01' | date_trunc('day', at) <> '2024-01-01' | date_trunc('day', at + interval '1 hour') = '2024-01-01' | id = 1
SELECT 1 FROM events WHERE {condition}
-- ignores
SELECT date_trunc('day', at) = '2024-01-01' FROM events
