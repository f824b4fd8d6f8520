-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, tz timestamptz, day date, clock time, gap interval);
INSERT INTO events SELECT row_number() OVER (), t, CASE WHEN t > '4601-01-01 BC' THEN t AT TIME ZONE 'UTC' END, CASE WHEN isfinite(t) THEN t::date END, '23:00', '1 day' FROM (
    SELECT b + d FROM (VALUES (timestamp '2024-10-02'), ('2024-09-30'), ('2024-10-31'), ('2024-11-01'), ('2024-03-30'), ('2024-02-29'), ('2024-01-31'), ('2011-12-29'), ('4600-11-25 BC'), ('200000-12-01')) b (b),
        (VALUES (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('23:59:59.999999'), ('12 hours'), ('2 hours'), ('3 hours'), ('-1 day'), ('1 day')) d (d)
    UNION ALL VALUES (timestamp 'infinity'), ('-infinity'), (NULL)) v (t);
UPDATE events SET tz = NULL WHERE NOT isfinite(tz) AND id % 2 = 0;
CREATE INDEX ON events (at);
-- fires
SELECT id FROM events WHERE at + interval '30 days' > timestamp '2024-11-01'
-- becomes
SELECT id FROM events WHERE (at > timestamp '2024-11-01' - interval '30 days')
-- same
SELECT id FROM events WHERE at + interval '30 days' > timestamp '1999-12-31 23:59:59.5'
-- other
SELECT id FROM events WHERE at + interval '31 days' > timestamp '2024-11-01'
-- other
-- for k: '294276-12-31' | '4714-11-26 BC' | 'infinity' | 'today'
SELECT id FROM events WHERE at + interval '30 days' > timestamp {k}
-- fires
-- for sum: at + interval '30 days' | interval '30 days' + at | at - interval '30 days' | at + '30 days 01:00' | at - interval '-1 day' | at + interval '0' | at + interval '1' day | day + interval '12:00' | day - interval '30 days' | at + interval '1 month' | at - interval '1 year -3 days' | day + interval '1 month'
-- for op: = | < | <= | > | >=
-- for k: '2024-11-01' | '2024-10-31 12:00' | '2024-02-29' | 'infinity' | '-infinity' | '4714-11-26 BC' | '294276-12-31' | '294000-12-31' | localtimestamp | now()::timestamp
SELECT id FROM events WHERE {sum} {op} {k}
-- fires
-- for i: 30 days | 1 month | -1 month | 1 year 1 day 1 hour
-- for op: = | < | <= | > | >=
-- for k: 2024-11-01 | 2024-10-31 12:00 | 2024-02-29 | infinity | -infinity | 4714-11-26 BC | 294276-12-31
-- with timestamp {k}
SELECT id FROM events WHERE $1 {op} at + interval '{i}'
-- fires
-- with timestamp 2024-11-01
SELECT id FROM events WHERE at + interval '1 hour' >= $1
-- becomes
SELECT id FROM events WHERE (at >= CASE WHEN $1 BETWEEN '3000-01-01 BC' AND '290000-01-01' THEN $1 - interval '1 hour' ELSE '-infinity' END AND CASE WHEN $1 BETWEEN '3000-01-01 BC' AND '290000-01-01' THEN at >= $1 - interval '1 hour' ELSE at + interval '1 hour' >= $1 END)
-- fires
-- for zone: UTC | Europe/Berlin | Pacific/Apia | America/Sao_Paulo
-- for i: 1 day | 1 month | 2 hours | -1 month | 30 days -5 hours
-- for sign: + | -
-- for op: = | < | <= | > | >=
-- for k: '2024-11-01' | '2024-03-31 02:30' | '2011-12-31' | now() | current_timestamp
-- set timezone = '{zone}'
SELECT id FROM events WHERE tz {sign} interval '{i}' {op} {k}
-- fires
SELECT id FROM events WHERE tz + interval '7 days' < now()
-- becomes
SELECT id FROM events WHERE (tz <= now() - interval '7 days' + interval '336 hours' AND (tz < now() - interval '7 days' - interval '336 hours' OR tz + interval '7 days' < now()))
-- fires
SELECT id FROM events WHERE tz + interval '90 minutes' < now()
-- becomes
SELECT id FROM events WHERE (tz < now() - interval '90 minutes')
-- fires
SELECT id FROM events WHERE at + interval '1 day' BETWEEN '2024-10-01' AND '2024-11-01'
-- fires
UPDATE events SET id = id WHERE at + interval '1 day' > '2024-11-01'
-- declines! interval
-- for i: gap | interval '2000 years' | interval '800000000 hours'
SELECT id FROM events WHERE at + {i} > '2024-11-01'
-- declines! interval
-- with interval 1 day
SELECT id FROM events WHERE at + $1 > '2024-11-01'
-- declines! value-type
SELECT id FROM events WHERE at + interval '1 day' > now()
-- declines! value-type
SELECT id FROM events WHERE at + interval '1 day' > '2024-11-01'::date
-- declines value
SELECT e.id FROM events e, events f WHERE e.at + interval '1 day' > f.at
-- declines may-fail
SELECT id FROM events WHERE at + interval '1 day' > '2024-11-01' AND 1 / id > 0
-- ignores
-- for condition: clock + interval '2 hours' > '00:30' | gap + interval '1 day' > '1 day' | NOT at + interval '1 day' > '2024-11-01' | at - '2024-11-01' > interval '1 day' | at + interval '1 day' <> '2024-11-01'
SELECT id FROM events WHERE {condition}
