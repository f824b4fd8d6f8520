-- an outer join that a filter makes an inner one
-- rule
-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, region int NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total numeric(10,2) NOT NULL, status text NOT NULL, created_at timestamp NOT NULL, note text);
INSERT INTO customers SELECT g, 'n' || g, 'u' || g || '@example.org', g % 50 FROM generate_series(1, 100000) g;
INSERT INTO orders SELECT g, 1 + (g::bigint * 7919) % 100000, (g % 1000) + 0.5, CASE g % 10 WHEN 0 THEN 'new' ELSE 'done' END, '2020-01-01'::timestamp + g * interval '1 minute', CASE WHEN g % 3 = 0 THEN 'note ' || g END FROM generate_series(1, 1000000) g;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (created_at);
CREATE TABLE refunds (order_id int NOT NULL, reason text);
INSERT INTO refunds SELECT g * 10, 'r' || (g % 5000) FROM generate_series(1, 100000) g;
CREATE INDEX ON refunds (order_id);
CREATE INDEX ON refunds (reason);
-- before
SELECT o.id FROM orders o LEFT JOIN refunds r ON r.order_id = o.id WHERE coalesce(r.reason, '') = 'r77'
-- by hand
SELECT o.id FROM orders o JOIN refunds r ON r.order_id = o.id WHERE r.reason = 'r77'
