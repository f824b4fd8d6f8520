-- schema
CREATE TABLE events (id int PRIMARY KEY, at timestamp, weight float8, o int, day date);
INSERT INTO events SELECT g, timestamp '2024-01-01' + g * interval '7 hours', g / 3.0, g % 3 FROM generate_series(1, 200) g;
CREATE TABLE secret (at timestamp);
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE SCHEMA mine;
CREATE SCHEMA strict;
CREATE SEQUENCE strict.calls;
CREATE TABLE strict.items (at timestamp);
INSERT INTO strict.items SELECT at FROM events;
CREATE SCHEMA loose;
CREATE TABLE loose.items (at timestamp);
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE alike (id int PRIMARY KEY, price numeric, total numeric(10,2), weight float8, word text COLLATE blind, at timestamp, o int, span interval, padded bpchar, code char(4));
INSERT INTO alike SELECT g, CASE g % 2 WHEN 0 THEN 2 ELSE 2.00 END, g % 3, g % 3, CASE g % 2 WHEN 0 THEN 'a' ELSE 'A' END, timestamp '2024-01-01' + g * interval '7 hours', g % 3, CASE g % 2 WHEN 0 THEN interval '1 month' ELSE '30 days' END, 'a', 'a' FROM generate_series(1, 20) g;
CREATE VIEW seen AS SELECT * FROM events;
CREATE VIEW guarded WITH (security_barrier) AS SELECT id, at FROM seen WHERE o < 2;
CREATE VIEW asked WITH (security_invoker) AS SELECT id, at FROM guarded ORDER BY at, id LIMIT 90;
CREATE VIEW tallied AS SELECT at, sum(id) AS ids, count(weight) AS n FROM asked JOIN seen USING (id, at) GROUP BY at;
CREATE VIEW secrets AS SELECT at FROM secret;
CREATE VIEW behind AS SELECT at FROM events UNION ALL SELECT s.at FROM secrets s;
CREATE VIEW locking AS SELECT * FROM events FOR SHARE;
CREATE VIEW chance AS SELECT at FROM events WHERE random() < 2;
CREATE VIEW drawn AS SELECT e.at, nextval('strict.calls') FROM events e;
CREATE FUNCTION strict.any_day() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW started AS SELECT at FROM events ORDER BY at, id LIMIT strict.any_day();
CREATE VIEW few AS SELECT at FROM events ORDER BY o LIMIT 5;
CREATE VIEW ones AS SELECT DISTINCT ON (o) o, at FROM events;
CREATE VIEW lists AS SELECT at, array_agg(id) AS ids FROM events GROUP BY at;
CREATE VIEW sums AS SELECT at, sum(weight) AS w FROM events GROUP BY at;
CREATE VIEW sampled AS SELECT at FROM events TABLESAMPLE BERNOULLI (100);
CREATE VIEW nth AS SELECT at, row_number() OVER (ORDER BY o) AS n FROM events;
CREATE VIEW over_few AS SELECT s.at FROM few s JOIN events USING (at);
CREATE VIEW prices AS SELECT DISTINCT price, at FROM alike;
CREATE VIEW words AS SELECT word, max(at) AS at FROM alike GROUP BY word;
CREATE VIEW united AS SELECT price, at FROM alike UNION SELECT price, at FROM alike;
CREATE VIEW highest AS SELECT at, max(price) OVER () AS price FROM alike;
CREATE DOMAIN amount AS numeric;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE own (id int PRIMARY KEY, a amount, l numeric[], r numrange, m mood, e date[], at timestamp);
INSERT INTO own SELECT g, CASE g % 2 WHEN 0 THEN 2 ELSE 2.00 END, ARRAY[CASE g % 2 WHEN 0 THEN 2 ELSE 2.00 END], numrange(1, CASE g % 2 WHEN 0 THEN 2 ELSE 2.00 END), 'ok', ARRAY[date '2024-01-01'], timestamp '2024-01-01' + g * interval '7 hours' FROM generate_series(1, 20) g;
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
-- for k: coalesce(price, 1) | price + total | coalesce(total, 1) | CASE WHEN o > 1 THEN total ELSE 1 END | span | coalesce(span, '1 month') | total / 3 | padded | coalesce(code, 'a') | lower(word) | weight * 2 | coalesce(word, 'b')
SELECT DISTINCT {k} AS k FROM alike WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
SELECT p::text || 'x' AS p, n FROM (SELECT DISTINCT price AS p, count(*) AS n FROM alike WHERE date_trunc('day', at) = '2024-01-01' GROUP BY price) q
-- declines undetermined
-- for k: price | coalesce(total, 1) | span
SELECT max(k) AS k, min(n) AS n FROM (SELECT {k} AS k, 1 AS n FROM alike WHERE date_trunc('day', at) = '2024-01-01') q
-- declines undetermined
SELECT total FROM alike WHERE date_trunc('day', at) = '2024-01-01' UNION SELECT o FROM alike
-- fires
-- for k: total * 2 + 1 | o::numeric | extract(year FROM at) | round(price, 1) | code | lower(code) | word = 'a' | k + 1 | k | s | price > 1
SELECT DISTINCT {k} AS k FROM (SELECT *, total - 1 AS k, (SELECT sum(total) FROM alike) AS s FROM alike WHERE date_trunc('day', at) = '2024-01-01') q
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
-- fires
-- for v: guarded | asked | tallied
SELECT * FROM {v} WHERE date_trunc('day', at) = '2024-01-02'
-- declines row-security
-- for v: secrets | behind
SELECT 1 FROM {v} WHERE date_trunc('day', at) = '2024-01-01'
-- declines locking
SELECT 1 FROM locking WHERE date_trunc('day', at) = '2024-01-01'
-- declines may-fail volatile
-- for v: chance | drawn
SELECT 1 FROM {v} WHERE date_trunc('day', at) = '2024-01-01'
-- declines may-fail undetermined
-- for v: lists | sums | nth
SELECT * FROM {v} WHERE date_trunc('day', at) = '2024-01-01'
-- declines volatile
SELECT * FROM started WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for v: few | ones | sampled | over_few
SELECT * FROM {v} WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for q: price FROM prices | price::text AS t FROM prices | word FROM words | price FROM united | upper(word) FROM words
SELECT {q} WHERE date_trunc('day', at) = '2024-01-01'
-- fires
-- for q: at FROM prices | at FROM words
SELECT {q} WHERE date_trunc('day', at) = '2024-01-01'
-- declines may-fail undetermined
SELECT round(price, 1) FROM highest WHERE date_trunc('day', at) = '2024-01-01'
-- declines not-select
-- for change: UPDATE seen SET o = 1 | DELETE FROM seen
{change} WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
-- for q: a | l | r | price + 1
SELECT DISTINCT {q} FROM own LEFT JOIN alike USING (at) WHERE date_trunc('day', at) = '2024-01-01'
-- fires
-- for q: m | e | at | extract(day FROM at) | m::text | a::text
SELECT DISTINCT {q} FROM own WHERE date_trunc('day', at) = '2024-01-01'
-- declines undetermined
SELECT DISTINCT x.p FROM alike a, (SELECT price AS p FROM alike OFFSET 0) AS x WHERE date_trunc('day', a.at) = '2024-01-01'
