-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, weight float8, o int, day date);
INSERT INTO events SELECT g, timestamp '2024-01-01' + g * interval '7 hours', g / 3.0, g % 3 FROM generate_series(1, 200) g;
CREATE TABLE secret (at timestamp);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA mine;
CREATE SCHEMA strict;
CREATE TABLE strict.items (at timestamp);
INSERT INTO strict.items SELECT at FROM events;
CREATE SCHEMA loose;
CREATE TABLE loose.items (at timestamp);
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE alike (id int PRIMARY KEY, price numeric, total numeric(10,2), weight float8, word text COLLATE blind, at timestamp);
INSERT INTO alike SELECT g, CASE g % 2 WHEN 0 THEN 2 ELSE 2.00 END, g % 3, g % 3, CASE g % 2 WHEN 0 THEN 'a' ELSE 'A' END, timestamp '2024-01-01' + g * interval '7 hours' FROM generate_series(1, 20) g;
CREATE VIEW seen AS SELECT * FROM events;
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
-- for q: o | o, id % 2
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
-- fires
-- path strict, public
SELECT 1 FROM items WHERE date_trunc('day', at) = '2024-01-01'
-- fires
-- path strict, loose, public
SELECT 1 FROM strict.items i, events WHERE date_trunc('day', i.at) = '2024-01-01'
-- declines ambiguous
-- path strict, loose, public
SELECT 1 FROM items AS i WHERE date_trunc('day', at) = '2024-01-01'
-- declines ambiguous
-- path information_schema, strict, public
SELECT 1 FROM items AS i WHERE date_trunc('day', at) = '2024-01-01'
-- declines ambiguous
-- path strict, pg_toast
SELECT 1 FROM items AS i WHERE date_trunc('day', at) = '2024-01-01'
-- declines ambiguous
-- path strict, loose, public
SELECT 1 FROM events e WHERE date_trunc('day', at) = '2024-01-01' AND EXISTS (SELECT FROM ONLY items i WHERE i.at = e.at)
-- declines ambiguous
-- path strict, loose, public
UPDATE items SET at = NULL WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for q: DISTINCT ON (o) o, at | id, row_number() OVER (ORDER BY o)
SELECT {q} FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for end: LIMIT 1 | ORDER BY 1 OFFSET 1 | ORDER BY o LIMIT 2
SELECT at, o FROM events WHERE date_trunc('day', at) = '2024-01-01' {end}
-- declines undetermined
-- for q: id % 2 AS id | o AS id, at x
SELECT {q} FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY id LIMIT 2
-- fires
SELECT id, at FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY at DESC, events.id DESC LIMIT 3
-- fires
SELECT sum(id), avg(id), count(weight) FROM events WHERE date_trunc('day', at) = '2024-01-01'
-- fires
SELECT 1 FROM seen WHERE date_trunc('day', at) = '2024-01-01'
-- fires
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' AND day > '2024-01-01' AND 'known' <> 'snow'
-- same
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' AND day > '2023-01-01' AND 'known' <> 'now'
-- other
-- for literal: 'Today' | ' now ' | E'\x6eow' | $$yesterday$$
SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' AND day > {literal} AND 'known' <> 'snow'
-- fires
-- for q: o | day, o | o, day AS d
SELECT {q} FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY o, day, o + 0 LIMIT 3
-- declines undetermined
-- for q: weight | o, weight | o, id::numeric
SELECT {q} FROM events WHERE date_trunc('day', at) = '2024-01-01' ORDER BY o, weight, id::numeric LIMIT 1
-- declines undetermined
-- for q: DISTINCT price | price, count(*) AS n | max(price) | DISTINCT word | min(word) | DISTINCT weight
SELECT {q} FROM alike WHERE date_trunc('day', at) = '2024-01-01' GROUP BY price, word, weight
-- declines undetermined
-- for q: UNION | INTERSECT | EXCEPT ALL
SELECT price FROM alike WHERE date_trunc('day', at) = '2024-01-01' {q} SELECT price FROM alike
-- declines undetermined
SELECT a.price FROM alike x, (SELECT price FROM alike UNION SELECT price FROM alike) AS a WHERE date_trunc('day', x.at) = '2024-01-01'
-- fires
-- for q: DISTINCT total | count(DISTINCT price) | count(price), total | DISTINCT id, price | max(weight)
SELECT {q} FROM alike WHERE date_trunc('day', at) = '2024-01-01' GROUP BY total, id
-- fires
SELECT price FROM alike WHERE date_trunc('day', at) = '2024-01-01' UNION ALL SELECT price FROM alike
