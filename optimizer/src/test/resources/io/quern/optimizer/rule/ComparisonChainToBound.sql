-- schema
CREATE TABLE orders (id int PRIMARY KEY, created timestamp, n int, big bigint, code text, short varchar(5), c text COLLATE "C", icu text COLLATE "und-x-icu", f float8);
INSERT INTO orders SELECT g, timestamp '2024-01-01' + (g % 11) * interval '1 day', nullif(g % 9, 0), g % 6, chr(60 + g), chr(60 + g % 7), chr(60 + g), chr(60 + g), CASE g % 6 WHEN 0 THEN float8 'NaN' ELSE g % 6 END FROM generate_series(1, 40) g;
CREATE TABLE shipments (id int PRIMARY KEY, order_at timestamp, sent_at timestamp, n int, m int, code text, short varchar(5), c text COLLATE "C", icu text COLLATE "und-x-icu", f float8);
INSERT INTO shipments SELECT g, timestamp '2024-01-01' + (g % 11) * interval '1 day', timestamp '2024-01-01' + (g % 7) * interval '1 day', nullif(g % 8, 0), g % 5, chr(60 + g), chr(60 + g % 7), chr(60 + g), chr(60 + g), CASE g % 6 WHEN 0 THEN float8 'NaN' ELSE g % 6 END FROM generate_series(1, 40) g;
-- fires
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.created = s.order_at WHERE s.sent_at > o.created - interval '0' AND o.created >= s.sent_at AND s.sent_at > '2024-01-03'
-- becomes
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.created = s.order_at WHERE s.sent_at > o.created - interval '0' AND o.created >= s.sent_at AND s.sent_at > '2024-01-03' AND o.created > ('2024-01-03')::pg_catalog.timestamp AND s.order_at > ('2024-01-03')::pg_catalog.timestamp
-- fires
-- with int4 4
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n = s.n WHERE $1 <= s.n
-- becomes
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n = s.n WHERE $1 <= s.n AND o.n >= ($1)::pg_catalog.int4
-- fires
-- for a: < | <= | > | >= | =
-- for b: < | <= | > | >= | =
-- for c: < | <= | >=
SELECT s.id, o.id FROM shipments s, orders o WHERE o.n {a} s.n AND s.n {b} s.m AND 3 {c} s.m AND 5 > o.n AND 4 >= s.n AND o.n > 1 AND s.n < 7 AND 2 {a} s.m AND o.big = 2 AND o.n <= s.m AND s.m >= o.n
-- fires
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n = s.n AND s.n BETWEEN 2 AND 4
-- fires
-- for c: code | short | c | icu | f
-- for v: 3 | 5 | NaN
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.{c} <= s.{c} WHERE o.{c} > '{v}' AND (s.id > 3 OR o.id > 4)
-- fires
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.short = s.code AND o.n = 3 WHERE o.short > 'B'
-- fires
SELECT s.id, o.id FROM shipments s LEFT JOIN orders o ON o.n > s.n WHERE o.n < s.m AND s.m < 4
-- fires
SELECT s.id, o.id FROM orders o JOIN shipments s ON o.n > s.n AND s.n > 3 LEFT JOIN orders p ON p.n > o.n AND p.n < 2
-- fires
SELECT s.id FROM shipments s WHERE EXISTS (SELECT 1 FROM orders o, orders p WHERE o.n > p.n AND p.n >= s.n)
-- fires
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.created > s.sent_at WHERE s.sent_at > localtimestamp - interval '900 weeks'
-- declines value may-fail
-- with int4 2
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n > s.n WHERE s.n > 6 / $1
-- declines may-fail
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n > s.n WHERE s.n > 3 AND 1 / o.id = 0
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n > s.n WHERE s.n < 3
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n > s.n WHERE s.n > 3 AND o.n > 3
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n = s.n WHERE s.n = 3
-- ignores
SELECT s.id, o.id FROM shipments s LEFT JOIN orders o ON o.n > s.n AND s.n > 3
-- ignores
SELECT s.id, o.id FROM shipments s LEFT JOIN (orders o JOIN orders p ON p.n > o.n AND o.n > 3) ON o.id = s.id
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.big > s.n WHERE s.n > 3
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.c > s.icu COLLATE "C" WHERE s.icu > 'B'
-- ignores
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.n > s.n OR s.n > 3
-- ignores
SELECT s.id, o.id FROM shipments s LEFT JOIN orders o ON o.n > s.n WHERE o.n <> 3
