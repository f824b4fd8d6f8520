-- an inequality that another implies
-- rule
-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, region int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric(10,2) NOT NULL, status text NOT NULL, created_at timestamp NOT NULL, note text);
INSERT INTO customers SELECT g, 'n' || g, 'u' || g || '@example.org', g % 50 FROM generate_series(1, 100000) g;
INSERT INTO orders SELECT g, 1 + (g::bigint * 7919) % 100000, (g % 1000) + 0.5, CASE g % 10 WHEN 0 THEN 'new' ELSE 'done' END, '2020-01-01'::timestamp + g * interval '1 minute', CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (created_at);
CREATE TABLE shipments (id int PRIMARY KEY, order_at timestamp NOT NULL, sent_at timestamp NOT NULL);
INSERT INTO shipments SELECT g, '2020-01-01'::timestamp + g * interval '1 minute', '2020-01-01'::timestamp + g * interval '1 minute' FROM generate_series(1, 1000000) g;
CREATE INDEX ON shipments (sent_at);
-- before
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.created_at = s.order_at WHERE s.sent_at > o.created_at - interval '0' AND o.created_at >= s.sent_at AND s.sent_at > '2021-11-20'
-- by hand
SELECT s.id, o.id FROM shipments s JOIN orders o ON o.created_at = s.order_at WHERE s.sent_at > o.created_at - interval '0' AND o.created_at >= s.sent_at AND s.sent_at > '2021-11-20' AND o.created_at > '2021-11-20'
