-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, tz timestamptz, day date);
INSERT INTO events SELECT g, timestamp '2024-01-01' + g * interval '7 hours' FROM generate_series(1, 200) g;
CREATE TABLE other (id int NOT NULL, at timestamp);
-- fires
-- for unit: second | minute | hour | day | DAY | week | month | quarter | year
-- for value: 2024-01-01 | 2024-01-05 | 2024-01-05 03:00 | infinity | 294276-12-31 | 294276-12-01
SELECT id, at FROM events WHERE date_trunc('{unit}', at) = '{value}'
-- fires
-- with timestamp 2024-01-05
SELECT id FROM events WHERE $1 = date_trunc('day', at)
-- becomes
SELECT id FROM events WHERE (at >= $1 AND at <= pg_catalog.date_trunc('day', $1) + interval '23:59:59.999999' AND $1 = pg_catalog.date_trunc('day', $1))
-- declines! column-type
SELECT 1 FROM events WHERE date_trunc('day', tz) = '2024-01-01'
-- declines! unit
SELECT 1 FROM events WHERE date_trunc('decade', at) = '2020-01-01'
-- declines! value-type
SELECT 1 FROM events WHERE date_trunc('day', at) = now()
-- declines value
-- with text soon
SELECT 1 FROM events WHERE date_trunc('day', at) = $1::timestamp
-- declines may-fail
SELECT e.id FROM events e JOIN other o ON o.id = e.id WHERE date_trunc('day', e.at) = '2024-01-01' AND 1 / o.id > 0
