-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, weight float8, o int, day date);
INSERT INTO events SELECT g, timestamp '2024-01-01' + g * interval '7 hours', g / 3.0, g % 3 FROM generate_series(1, 200) g;
CREATE TABLE secret (at timestamp);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA mine;
-- fires
DELETE FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- fires
UPDATE events e SET o = 1 FROM events f WHERE f.id = e.id AND date_trunc('day', e.at) = '2024-01-05' RETURNING e.id
-- declines! unresolved
INSERT INTO events (at) SELECT at FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- declines not-select
WITH gone AS (DELETE FROM events RETURNING id) SELECT id FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- declines locking
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' FOR UPDATE
-- declines row-security
SELECT 1 FROM secret WHERE date_trunc('day', at) = '2024-01-01'
-- declines volatile
SELECT random() FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for q: at | at, id % 2
SELECT at FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY {q} LIMIT 1
-- declines undetermined
-- for q: array_agg(id) | sum(weight) | avg(id::float8)
SELECT {q} FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- fires
SELECT at FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY id LIMIT 1
-- declines search-path
-- path mine, pg_catalog, public
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- declines moment
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' AND day > 'today'
