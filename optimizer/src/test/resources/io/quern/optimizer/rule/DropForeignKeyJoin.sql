-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, code text UNIQUE, amount numeric UNIQUE, a int NOT NULL, b int NOT NULL, UNIQUE (a, b));
INSERT INTO customers SELECT g, 'n' || g % 3, CASE WHEN g > 3 THEN 'c' || g END, g, g % 3, g FROM generate_series(1, 20) g;
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, other_id int REFERENCES customers, code text REFERENCES customers (code), amount numeric REFERENCES customers (amount), a int, b int, total int, parent_id int REFERENCES orders, FOREIGN KEY (a, b) REFERENCES customers (a, b));
INSERT INTO orders SELECT g, 1 + g % 20, CASE WHEN g % 5 > 0 THEN 1 + g % 7 END, CASE WHEN g % 4 > 0 THEN 'c' || 4 + g % 9 END, CASE WHEN g % 3 > 0 THEN 1.00 + g % 9 END, CASE WHEN g % 5 > 0 THEN (1 + g % 9) % 3 END, CASE WHEN g % 6 > 0 THEN 1 + g % 9 END, g % 10, CASE WHEN g > 4 THEN g / 3 END FROM generate_series(1, 60) g;
CREATE TABLE unknown (id int PRIMARY KEY, customer_id int NOT NULL);
INSERT INTO unknown SELECT g, g FROM generate_series(15, 30) g;
ALTER TABLE unknown ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
CREATE TABLE careless (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
ALTER TABLE careless DISABLE TRIGGER ALL;
INSERT INTO careless SELECT g, g FROM generate_series(15, 30) g;
CREATE TABLE late (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers DEFERRABLE);
CREATE TABLE copied (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate) VALUES (1, 'copied'::regclass, 'r');
SET session_replication_role = replica;
INSERT INTO copied SELECT g, g FROM generate_series(15, 30) g;
RESET session_replication_role;
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE children () INHERITS (parents);
INSERT INTO parents VALUES (1), (2);
INSERT INTO children VALUES (1), (1);
CREATE TABLE toys (id int PRIMARY KEY, parent_id int NOT NULL REFERENCES parents);
INSERT INTO toys VALUES (1, 1), (2, 2);
CREATE TABLE items (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
CREATE TABLE loose () INHERITS (items);
INSERT INTO items VALUES (1, 1);
INSERT INTO loose VALUES (2, 99);
CREATE TABLE parted (id int, customer_id int REFERENCES customers) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF parted FOR VALUES IN (1, 2, 3);
INSERT INTO parted VALUES (1, 1), (2, 2), (3, NULL);
CREATE TABLE flats (flat int4range, during daterange, PRIMARY KEY (flat, during WITHOUT OVERLAPS));
CREATE TABLE stays (id int PRIMARY KEY, flat int4range, during daterange, FOREIGN KEY (flat, PERIOD during) REFERENCES flats (flat, PERIOD during));
INSERT INTO flats VALUES ('[1,2)', '[2024-01-01,2024-12-31)'), ('[2,3)', '[2024-01-01,2024-12-31)');
INSERT INTO stays VALUES (1, '[1,2)', '[2024-02-01,2024-03-01)'), (2, '[2,3)', '[2024-01-01,2024-12-31)');
-- fires
SELECT o.id, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 5
-- becomes
SELECT o.id, o.total FROM orders o WHERE o.total > 5 AND o.customer_id IS NOT NULL AND NOT EXISTS (SELECT id FROM customers c WHERE false)
-- fires
SELECT o.id, c.id, o.total FROM customers c JOIN orders o ON c.id = o.other_id AND (o.total > 2 OR c.id = 1) ORDER BY c.id, o.id
-- becomes
SELECT o.id, o.other_id AS id, o.total FROM orders o WHERE o.other_id IS NOT NULL AND (o.total > 2 OR o.other_id = 1) AND NOT EXISTS (SELECT id FROM customers c WHERE false) ORDER BY o.other_id, o.id
-- fires
-- with int4 3
SELECT count(*) FROM orders, customers WHERE customer_id = customers.id AND customers.id = $1
-- fires
SELECT o.id FROM orders o JOIN customers c ON o.a = c.a AND o.b = c.b
-- fires
SELECT c.code, count(*) FROM orders o JOIN customers c ON o.code = c.code GROUP BY c.code
-- fires
SELECT o.id, o.amount FROM orders o JOIN customers c ON o.amount = c.amount
-- fires
SELECT o.id, p.id FROM orders o JOIN orders p ON p.id = o.parent_id WHERE o.total > 2
-- fires
SELECT o.id, x.name FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN customers x ON x.id = c.id AND x.b > 3
-- fires
SELECT name FROM customers x WHERE EXISTS (SELECT 1 FROM orders o JOIN customers c ON c.id = o.other_id WHERE o.total = x.a)
-- fires
SELECT p.id FROM parted p JOIN customers c ON c.id = p.customer_id
-- fires
SELECT o.id, (SELECT max(p.id) FROM orders p WHERE p.other_id = c.id) FROM orders o, customers c WHERE o.customer_id = c.id
-- refuted unchecked
-- for t: unknown | careless
SELECT o.id FROM {t} o JOIN customers c ON c.id = o.customer_id
-- declines deferrable
SELECT o.id FROM late o JOIN customers c ON c.id = o.customer_id
-- refuted equality
SELECT s.id FROM stays s JOIN flats f ON f.flat = s.flat AND f.during = s.during
-- refuted subscribed
SELECT o.id FROM copied o JOIN customers c ON c.id = o.customer_id
-- refuted children
SELECT t.id FROM toys t JOIN parents p ON p.id = t.parent_id
-- refuted children
SELECT t.id FROM items t JOIN customers c ON c.id = t.customer_id
-- refuted captured
SELECT o.id FROM orders o, customers c WHERE o.customer_id = c.id AND EXISTS (SELECT 1 FROM orders o WHERE o.total = c.id)
-- declines may-fail
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE 1 / o.id < 5
-- ignores
-- for q: c.name | * | c | c.*, o.id | o.id, c.amount
SELECT {q} FROM orders o JOIN customers c ON c.id = o.customer_id
-- ignores
SELECT o.id, c.amount FROM orders o JOIN customers c ON c.amount = o.amount
-- ignores
-- for from: orders o JOIN customers c ON c.id = o.total | orders o LEFT JOIN customers c ON c.id = o.customer_id | orders o JOIN ONLY customers c ON c.id = o.customer_id | orders o JOIN customers c ON c.a = o.a | orders o JOIN customers c ON c.id = o.customer_id AND c.a = o.a | orders o JOIN customers c ON c.id = o.customer_id AND c.name = 'n1' | orders o RIGHT JOIN customers c ON c.id = o.customer_id | customers c LEFT JOIN orders o ON c.id = o.customer_id
SELECT o.id FROM {from}
