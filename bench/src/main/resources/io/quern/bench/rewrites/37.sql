-- an inequality that another implies
-- rule
-- schema
CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL, created_at timestamp NOT NULL);
CREATE TABLE shipments (id int PRIMARY KEY, order_id int NOT NULL, sent_at timestamp NOT NULL);
INSERT INTO orders SELECT g, g % 1000, '2020-01-01'::timestamp + g * interval '1 minute' FROM generate_series(1, 1000000) g;
INSERT INTO shipments SELECT g, g, '2020-01-01'::timestamp + (g + g % 4000) * interval '1 minute' FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (created_at);
CREATE INDEX ON shipments (sent_at);
-- before
SELECT o.id, s.id, s.sent_at FROM orders o JOIN shipments s ON s.order_id = o.id
WHERE o.created_at >= '2021-11-10' AND s.sent_at >= o.created_at
-- by hand
SELECT o.id, s.id, s.sent_at FROM orders o JOIN shipments s ON s.order_id = o.id
WHERE o.created_at >= '2021-11-10' AND s.sent_at >= o.created_at AND s.sent_at >= '2021-11-10'
