-- schema
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text UNIQUE, city text, credit numeric(10,2));
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, total numeric(10,2), status text NOT NULL, placed_at timestamp, paid_at timestamptz, day date, note text);
CREATE TABLE items (order_id int NOT NULL REFERENCES orders, line int NOT NULL, product_id int, qty int NOT NULL, price numeric(8,2) NOT NULL, PRIMARY KEY (order_id, line));
CREATE TABLE products (id int PRIMARY KEY, code varchar(20), tags text[], attrs jsonb, weight float8, active bool, kind char(5));
CREATE TABLE t (a int, b int, c text);
CREATE TABLE u (a int, b int, c text);
CREATE TABLE n (x int NOT NULL, y int NOT NULL, z text NOT NULL);
CREATE TABLE spans (id int PRIMARY KEY, length interval, at time, big bigint, weight float8, price numeric);
CREATE TABLE seats (id int PRIMARY KEY, code text NOT NULL, gone bool NOT NULL);
CREATE UNIQUE INDEX ON seats (code) WHERE NOT gone;
CREATE TABLE stays (room int4range NOT NULL, during daterange NOT NULL, PRIMARY KEY (room, during WITHOUT OVERLAPS));
CREATE TABLE old (id int PRIMARY KEY, x int);
ALTER TABLE old ADD CONSTRAINT x_given NOT NULL x NOT VALID;
-- wrong: NOT IN with NULL in the subquery
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders);
SELECT id FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id);
-- wrong: NOT IN with NULL on the left
SELECT * FROM t WHERE a NOT IN (SELECT x FROM n);
SELECT * FROM t WHERE NOT EXISTS (SELECT FROM n WHERE n.x = t.a);
-- wrong: NOT IN as an anti-join
SELECT a FROM t WHERE a NOT IN (SELECT a FROM u);
SELECT t.a FROM t LEFT JOIN u ON t.a = u.a WHERE u.a IS NULL;
-- wrong: the count bug
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) = 0;
SELECT c.id FROM customers c JOIN (SELECT customer_id, count(*) AS k FROM orders GROUP BY customer_id) o ON o.customer_id = c.id WHERE o.k = 0;
-- wrong: the count bug in an output
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS k FROM customers c;
SELECT c.id, o.k FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS k FROM orders GROUP BY customer_id) o ON o.customer_id = c.id;
-- wrong: a condition moved from ON to WHERE
SELECT c.id, o.id AS oid FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'paid';
SELECT c.id, o.id AS oid FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = 'paid';
-- wrong: an outer join made an inner one
SELECT c.id, o.total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.total > 5 OR o.id IS NULL;
SELECT c.id, o.total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.total > 5 OR o.id IS NULL;
-- wrong: an anti-join by a column that may be NULL itself
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id);
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.note IS NULL;
-- wrong: a full join made a left one
SELECT t.a, u.b FROM t FULL JOIN u ON t.a = u.a;
SELECT t.a, u.b FROM t LEFT JOIN u ON t.a = u.a;
-- wrong: an inner join made an outer one
SELECT t.a, u.b FROM t, u;
SELECT t.a, u.b FROM t LEFT JOIN u ON true;
-- wrong: outer joins in another order
SELECT t.a, u.b, n.x FROM (t LEFT JOIN u ON t.a = u.a) JOIN n ON n.x = u.b;
SELECT t.a, u.b, n.x FROM t LEFT JOIN (u JOIN n ON n.x = u.b) ON t.a = u.a;
-- wrong: DISTINCT dropped under a join that repeats rows
SELECT DISTINCT c.id, c.name FROM customers c JOIN orders o ON o.customer_id = c.id;
SELECT c.id, c.name FROM customers c JOIN orders o ON o.customer_id = c.id;
-- wrong: DISTINCT dropped on a column with NULLs allowed twice
SELECT DISTINCT email FROM customers;
SELECT email FROM customers;
-- wrong: IN made a join
SELECT c.id FROM customers c WHERE c.id IN (SELECT customer_id FROM orders);
SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id;
-- wrong: EXISTS made a join
SELECT t.a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a = t.a AND u.b > 3);
SELECT t.a FROM t JOIN u ON u.a = t.a AND u.b > 3;
-- wrong: UNION made UNION ALL
SELECT a FROM t UNION SELECT a FROM u;
SELECT a FROM t UNION ALL SELECT a FROM u;
-- wrong: OR made UNION without a key
SELECT a, b FROM t WHERE a = 1 OR b = 2;
SELECT a, b FROM t WHERE a = 1 UNION SELECT a, b FROM t WHERE b = 2;
-- wrong: OR made UNION ALL of arms that overlap
SELECT id FROM customers WHERE name = 'x' OR city = 'y';
SELECT id FROM customers WHERE name = 'x' UNION ALL SELECT id FROM customers WHERE city = 'y';
-- wrong: OR made UNION ALL with NOT instead of IS NOT TRUE
SELECT id FROM customers WHERE city = 'x' OR name = 'y';
SELECT id FROM customers WHERE city = 'x' UNION ALL SELECT id FROM customers WHERE name = 'y' AND NOT (city = 'x');
-- wrong: EXCEPT made NOT EXISTS
SELECT a FROM t EXCEPT SELECT a FROM u;
SELECT a FROM t WHERE NOT EXISTS (SELECT FROM u WHERE u.a = t.a);
-- wrong: EXCEPT ALL made EXCEPT
SELECT a FROM t EXCEPT ALL SELECT a FROM u;
SELECT a FROM t EXCEPT SELECT a FROM u;
-- wrong: INTERSECT made a join
SELECT a FROM t INTERSECT SELECT a FROM u;
SELECT DISTINCT t.a FROM t JOIN u ON t.a = u.a;
-- wrong: a sum of nothing
SELECT sum(total) FROM orders WHERE status = 'paid';
SELECT coalesce(sum(total), 0) AS sum FROM orders WHERE status = 'paid';
-- wrong: an aggregate of nothing is a row
SELECT count(*) FROM t WHERE a > 3;
SELECT count(*) FROM t WHERE a > 3 GROUP BY a > 3;
-- wrong: a subquery of nothing is a row
SELECT max(day) FROM orders;
SELECT day AS max FROM orders ORDER BY day DESC NULLS LAST LIMIT 1;
-- wrong: the greatest by an order that puts NULL first
SELECT c.id, (SELECT max(o.day) FROM orders o WHERE o.customer_id = c.id) AS m FROM customers c;
SELECT c.id, (SELECT o.day FROM orders o WHERE o.customer_id = c.id ORDER BY o.day DESC LIMIT 1) AS m FROM customers c;
-- wrong: count of a column
SELECT count(*) FROM orders;
SELECT count(customer_id) FROM orders;
-- wrong: rows counted in a left join
SELECT c.id, count(o.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id;
SELECT c.id, count(*) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id;
-- wrong: DISTINCT values counted with NULL
SELECT count(DISTINCT a) FROM t;
SELECT count(*) FROM (SELECT DISTINCT a FROM t) AS d;
-- wrong: a sum of distinct values
SELECT sum(b) FROM t;
SELECT sum(DISTINCT b) FROM t;
-- wrong: an average by integer division
SELECT avg(a) FROM t;
SELECT (sum(a) / count(a))::numeric AS avg FROM t;
-- wrong: an average that counts NULL
SELECT avg(total) FROM orders;
SELECT sum(total) / nullif(count(*), 0) AS avg FROM orders;
-- wrong: averages of averages
SELECT avg(total) FROM orders;
SELECT avg(a) AS avg FROM (SELECT avg(total) AS a FROM orders GROUP BY customer_id) AS g;
-- wrong: HAVING made WHERE
SELECT customer_id FROM orders GROUP BY customer_id HAVING min(total) > 5;
SELECT customer_id FROM orders WHERE total > 5 GROUP BY customer_id;
-- wrong: FILTER made WHERE
SELECT customer_id, count(*) FILTER (WHERE total > 5) FROM orders GROUP BY customer_id;
SELECT customer_id, count(*) AS count FROM orders WHERE total > 5 GROUP BY customer_id;
-- wrong: grouped by one column more
SELECT a, count(*) FROM t GROUP BY a;
SELECT a, count(*) FROM t GROUP BY a, b;
-- wrong: an aggregate is always there
SELECT c.id FROM customers c WHERE EXISTS (SELECT o.id FROM orders o WHERE o.customer_id = c.id);
SELECT c.id FROM customers c WHERE EXISTS (SELECT max(o.id) FROM orders o WHERE o.customer_id = c.id);
-- wrong: ALL of nothing
SELECT a FROM t WHERE a > ALL (SELECT b FROM u);
SELECT a FROM t WHERE a > (SELECT max(b) FROM u);
-- wrong: ALL with NULL, guarded for nothing only
SELECT a FROM t WHERE a > ALL (SELECT b FROM u);
SELECT a FROM t WHERE a > (SELECT max(b) FROM u) OR NOT EXISTS (SELECT FROM u);
-- wrong: unequal to any is not unequal to all
SELECT a FROM t WHERE a <> ANY (SELECT a FROM u);
SELECT a FROM t WHERE a <> ALL (SELECT a FROM u);
-- wrong: a scalar subquery made an inner join
SELECT o.id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) AS name FROM orders o;
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id;
-- wrong: a foreign key's join dropped though it may be NULL
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id;
SELECT o.id FROM orders o;
-- wrong: a left join dropped that repeats rows
SELECT o.id FROM orders o LEFT JOIN items i ON i.order_id = o.id;
SELECT o.id FROM orders o;
-- wrong: a self-join dropped without a key
SELECT x.a, y.b FROM t x JOIN t y ON x.a = y.a;
SELECT a, b FROM t;
-- wrong: a self-join on a key with NULLs
SELECT x.id FROM customers x JOIN customers y ON x.email = y.email;
SELECT id FROM customers;
-- wrong: CASE by NULL
SELECT CASE WHEN a IS NULL THEN 'none' ELSE 'some' END AS k FROM t;
SELECT CASE a WHEN NULL THEN 'none' ELSE 'some' END AS k FROM t;
-- wrong: CASE made AND, as an output
SELECT CASE WHEN a > 1 THEN true ELSE false END AS k FROM t;
SELECT a > 1 AS k FROM t;
-- wrong: unequal or NULL
SELECT a FROM t WHERE a IS DISTINCT FROM 5;
SELECT a FROM t WHERE a <> 5;
-- wrong: not false is not true
SELECT id FROM products WHERE active IS NOT FALSE;
SELECT id FROM products WHERE active;
-- wrong: a default that is looked for
SELECT id FROM customers WHERE coalesce(city, 'x') = 'x';
SELECT id FROM customers WHERE city = 'x';
-- wrong: the greatest with NULL
SELECT greatest(a, b) AS g FROM t;
SELECT CASE WHEN a >= b THEN a ELSE b END AS g FROM t;
-- wrong: concatenation with NULL
SELECT concat(name, city) AS s FROM customers;
SELECT name || city AS s FROM customers;
-- wrong: a row of NULLs
SELECT a FROM t WHERE (a, b) IS NULL;
SELECT a FROM t WHERE a IS NULL;
-- wrong: a row that is not all NULL
SELECT a FROM t WHERE NOT ((a, b) IS NULL);
SELECT a FROM t WHERE (a, b) IS NOT NULL;
-- wrong: integer division
SELECT a FROM t WHERE a / 2 = 3;
SELECT a FROM t WHERE a = 6;
-- wrong: a remainder of a negative number
SELECT a FROM t WHERE a % 2 <> 0;
SELECT a FROM t WHERE a % 2 = 1;
-- wrong: overflow
SELECT a FROM t WHERE a >= b;
SELECT a FROM t WHERE a + 1 > b;
-- wrong: rounding
SELECT id FROM orders WHERE total::int = 3;
SELECT id FROM orders WHERE total = 3;
-- wrong: floats do not add up
SELECT id FROM products WHERE weight = 0.3;
SELECT id FROM products WHERE weight = 0.1::float8 + 0.2::float8;
-- wrong: numbers ordered as texts
SELECT a FROM t WHERE a < 10;
SELECT a FROM t WHERE a::text < '10';
-- wrong: letters of another case
SELECT id FROM customers WHERE lower(name) = 'ab';
SELECT id FROM customers WHERE name = 'ab';
-- wrong: a pattern with a wildcard
SELECT id FROM customers WHERE left(name, 3) = 'a_b';
SELECT id FROM customers WHERE name LIKE 'a_b%';
-- wrong: a pattern that begins otherwise
SELECT id FROM customers WHERE name LIKE 'ab%';
SELECT id FROM customers WHERE name >= 'ab' AND name <= 'ab';
-- wrong: blanks at the end
SELECT id FROM products WHERE kind = 'ab';
SELECT id FROM products WHERE kind LIKE 'ab';
-- wrong: blanks that are trimmed
SELECT id FROM customers WHERE trim(name) = 'ab';
SELECT id FROM customers WHERE name = 'ab';
-- wrong: another collation orders texts otherwise
SELECT name FROM customers ORDER BY lower(name), id;
SELECT name FROM customers ORDER BY name, id;
-- wrong: a collation compares texts otherwise
SELECT id FROM customers WHERE name < 'B' COLLATE "C";
SELECT id FROM customers WHERE lower(name) < 'b' COLLATE "C";
-- wrong: the end of a month
SELECT id FROM orders WHERE placed_at >= '2024-01-01' AND placed_at < '2024-02-01';
SELECT id FROM orders WHERE placed_at BETWEEN '2024-01-01' AND '2024-01-31';
-- wrong: the end of a year
SELECT id FROM orders WHERE extract(year FROM placed_at) = 2024;
SELECT id FROM orders WHERE placed_at >= '2024-01-01' AND placed_at <= '2024-12-31 23:59:59';
-- wrong: a day of 24 hours
SELECT id FROM orders WHERE paid_at >= timestamptz '2024-03-10 00:00 America/New_York' AND paid_at < (timestamp '2024-03-11' AT TIME ZONE 'America/New_York');
SELECT id FROM orders WHERE paid_at >= timestamptz '2024-03-10 00:00 America/New_York' AND paid_at < timestamptz '2024-03-10 00:00 America/New_York' + interval '24 hours';
-- wrong: another time zone's day
SELECT id FROM orders WHERE (paid_at AT TIME ZONE 'UTC')::date = '2024-06-01';
SELECT id FROM orders WHERE (paid_at AT TIME ZONE 'Asia/Tokyo')::date = '2024-06-01';
-- wrong: months of different lengths
SELECT id FROM orders WHERE placed_at + interval '1 month' > '2024-03-31';
SELECT id FROM orders WHERE placed_at > timestamp '2024-03-31' - interval '1 month';
-- wrong: weeks begin on Monday
SELECT id FROM orders WHERE date_trunc('week', placed_at) = '2024-01-01';
SELECT id FROM orders WHERE placed_at >= '2023-12-31' AND placed_at < '2024-01-07';
-- wrong: a tie at the limit
SELECT id FROM orders ORDER BY total, id LIMIT 1;
SELECT id FROM orders ORDER BY total LIMIT 1;
-- wrong: the limit before the union
SELECT a FROM (SELECT a FROM t UNION ALL SELECT a FROM u) AS v ORDER BY a LIMIT 2;
SELECT a FROM ((SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT a FROM u ORDER BY a LIMIT 1)) AS v ORDER BY a LIMIT 2;
-- wrong: a filter above a limit
SELECT id FROM (SELECT id, total FROM orders ORDER BY id LIMIT 2) AS o WHERE total > 5 ORDER BY id;
SELECT id FROM orders WHERE total > 5 ORDER BY id LIMIT 2;
-- wrong: OFFSET dropped
SELECT id FROM orders ORDER BY id LIMIT 2 OFFSET 1;
SELECT id FROM orders ORDER BY id LIMIT 2;
-- wrong: NULL last or first
SELECT a, b, c FROM t ORDER BY a DESC NULLS LAST, b, c;
SELECT a, b, c FROM t ORDER BY a DESC, b, c;
-- wrong: the order dropped
SELECT id FROM orders ORDER BY id DESC;
SELECT id FROM orders;
-- wrong: a page by keys, both compared
SELECT id FROM orders WHERE (total, id) > (5, 3);
SELECT id FROM orders WHERE total >= 5 AND id > 3;
-- wrong: ranks and ties
SELECT id FROM (SELECT id, rank() OVER (ORDER BY total) AS r FROM orders) AS o WHERE r = 1;
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY total, id) AS r FROM orders) AS o WHERE r = 1;
-- wrong: dense ranks
SELECT id, rank() OVER (ORDER BY total) AS r FROM orders;
SELECT id, dense_rank() OVER (ORDER BY total) AS r FROM orders;
-- wrong: a filter below a window
SELECT id, k FROM (SELECT id, status, count(*) OVER () AS k FROM orders) AS o WHERE status = 'paid';
SELECT id, count(*) OVER () AS k FROM orders WHERE status = 'paid';
-- wrong: peers of a running sum
SELECT id, sum(total) OVER (ORDER BY day) AS s FROM orders;
SELECT id, sum(total) OVER (ORDER BY day, id) AS s FROM orders;
-- wrong: the last of a frame
SELECT id, last_value(id) OVER (ORDER BY id) AS l FROM orders;
SELECT id, max(id) OVER () AS l FROM orders;
-- wrong: one of a group by its order
SELECT DISTINCT ON (customer_id) customer_id, day FROM orders ORDER BY customer_id, day;
SELECT customer_id, max(day) AS day FROM orders GROUP BY customer_id ORDER BY customer_id;
-- wrong: a JSON number is no JSON text
SELECT id FROM products WHERE attrs ->> 'k' = '1';
SELECT id FROM products WHERE attrs @> '{"k": "1"}';
-- wrong: a JSON null is a value
SELECT id FROM products WHERE attrs ->> 'k' IS NOT NULL;
SELECT id FROM products WHERE attrs -> 'k' IS NOT NULL;
-- wrong: no element is not no array
SELECT id FROM products WHERE NOT (tags @> ARRAY['x']);
SELECT id FROM products WHERE NOT coalesce('x' = ANY (tags), false);
-- wrong: some are all
SELECT id FROM products WHERE tags @> ARRAY['x', 'y'];
SELECT id FROM products WHERE tags && ARRAY['x', 'y'];
-- wrong: an aggregate below a join that repeats rows
SELECT c.city, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id JOIN items i ON i.order_id = o.id GROUP BY c.city;
SELECT c.city, sum(o.total) AS sum FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.city;
-- wrong: a bound that NULL passes
SELECT id FROM orders WHERE total BETWEEN 1 AND 5;
SELECT id FROM orders WHERE NOT (total < 1 OR total > 5) OR total IS NULL;
-- wrong: bounds in the wrong order
SELECT a FROM t WHERE a BETWEEN SYMMETRIC 5 AND 1;
SELECT a FROM t WHERE a BETWEEN 5 AND 1;
-- wrong: DISTINCT dropped on the key of some rows only
SELECT DISTINCT code FROM seats;
SELECT code FROM seats;
-- wrong: DISTINCT dropped on part of a key over time
SELECT DISTINCT room FROM stays;
SELECT room FROM stays;
-- wrong: NOT IN with a NOT NULL that old rows need not obey
SELECT a FROM t WHERE a NOT IN (SELECT x FROM old);
SELECT a FROM t WHERE a IS NOT NULL AND NOT EXISTS (SELECT FROM old WHERE x = a);
-- wrong: a column of another name
SELECT a AS k FROM t;
SELECT a AS key FROM t;
-- wrong: a column of another type
SELECT sum(a) AS s FROM t;
SELECT sum(a)::numeric AS s FROM t;
-- wrong: an error that was prevented
SELECT a / nullif(b, 0) AS q FROM t;
SELECT a / b AS q FROM t;
-- wrong: EXISTS split though its groups are counted
SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a = t.a OR u.b = t.b HAVING count(*) > 1);
SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a = t.a HAVING count(*) > 1) OR EXISTS (SELECT FROM u WHERE u.b = t.b HAVING count(*) > 1);
-- wrong: EXISTS split though it skips a row
SELECT a FROM t WHERE EXISTS (SELECT u.a FROM u WHERE u.a = t.a OR u.b = t.b ORDER BY u.a OFFSET 1);
SELECT a FROM t WHERE EXISTS (SELECT u.a FROM u WHERE u.a = t.a ORDER BY u.a OFFSET 1) OR EXISTS (SELECT u.a FROM u WHERE u.b = t.b ORDER BY u.a OFFSET 1);
-- wrong: values counted that may be NULL
SELECT a FROM t WHERE (SELECT count(u.b) FROM u WHERE u.a = t.a) > 0;
SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a = t.a);
-- wrong: a count that is skipped
SELECT a FROM t WHERE (SELECT count(*) FROM u WHERE u.a = t.a ORDER BY 1 OFFSET 1) > 0;
SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a = t.a);
-- wrong: the greatest of fewer rows
SELECT id FROM orders o WHERE status = 'paid' AND total = (SELECT max(total) FROM orders i WHERE i.customer_id = o.customer_id);
SELECT id FROM (SELECT id, total, max(total) OVER (PARTITION BY customer_id) AS m FROM orders WHERE status = 'paid' AND customer_id IS NOT NULL) AS o WHERE total = m;
-- wrong: scalar subqueries that need not have a row
SELECT c.id, (SELECT o.day FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1) AS day FROM customers c;
SELECT c.id, o.day FROM customers c CROSS JOIN LATERAL (SELECT o.day FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1) AS o;
-- wrong: a day that begins at noon
SELECT id FROM orders WHERE date_trunc('day', placed_at) = '2024-01-01 12:00';
SELECT id FROM orders WHERE placed_at >= '2024-01-01 12:00' AND placed_at < '2024-01-02 12:00';
-- wrong: a day at the end of time
SELECT id FROM orders WHERE date_trunc('day', placed_at) = 'infinity';
SELECT id FROM orders WHERE placed_at >= timestamp 'infinity' AND placed_at < timestamp 'infinity' + interval '1 day';
-- wrong: the last day there is
SELECT id FROM orders WHERE date_trunc('day', placed_at) = '294276-12-31';
SELECT id FROM orders WHERE placed_at >= '294276-12-31' AND placed_at < timestamp '294276-12-31' + interval '1 day';
-- wrong: a day of every month
SELECT id FROM orders WHERE extract(year FROM day) = 2024 AND extract(day FROM day) = 5;
SELECT id FROM orders WHERE day >= '2024-01-05' AND day < '2024-01-06';
-- wrong: years of an interval
SELECT id FROM spans WHERE extract(year FROM length) = 1;
SELECT id FROM spans WHERE length >= interval '1 year' AND length < interval '2 years';
-- wrong: clocks go round
SELECT id FROM spans WHERE at + interval '2 hours' > '23:00';
SELECT id FROM spans WHERE at > time '23:00' - interval '2 hours';
-- wrong: a fraction is no integer
SELECT a FROM t WHERE a = 7.5;
SELECT a FROM t WHERE a = 7.5::int;
-- wrong: integers that floats do not tell apart
SELECT id FROM spans WHERE big = 9007199254740992::float8;
SELECT id FROM spans WHERE big = 9007199254740992;
-- wrong: bounds that floats do not tell apart
SELECT id FROM spans WHERE big <= weight AND weight <= 9007199254740992;
SELECT id FROM spans WHERE big <= weight AND weight <= 9007199254740992 AND big <= 9007199254740992;
-- wrong: a text that no integer has
SELECT a FROM t WHERE a::text = '07';
SELECT a FROM t WHERE a = 7;
-- wrong: digits behind the point
SELECT id FROM spans WHERE price::text = '1';
SELECT id FROM spans WHERE price = 1;
-- wrong: a default that is looked for by blanks
SELECT id FROM products WHERE coalesce(kind, '') = ' ';
SELECT id FROM products WHERE kind = ' ';
-- wrong: a default that is looked for behind an outer join
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE coalesce(o.note, '') = '';
SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.note = '';
-- wrong: overflow on the other side
SELECT a FROM t WHERE a + 1 = '-2147483648'::int;
SELECT a FROM t WHERE a = '-2147483648'::int - 1;
-- wrong: the start of a padded text
SELECT id FROM products WHERE left(kind, 2) = 'a ';
SELECT id FROM products WHERE kind LIKE 'a %';
-- wrong: the start of a text, of another length
SELECT id FROM customers WHERE left(name, 3) = 'ab';
SELECT id FROM customers WHERE name LIKE 'ab%';
-- wrong: nothing is equal to NULL
SELECT a FROM t WHERE a IS NOT DISTINCT FROM NULL;
SELECT a FROM t WHERE a = NULL;
-- wrong: not distinct, as an output
SELECT a IS NOT DISTINCT FROM 5 AS k FROM t;
SELECT a = 5 AS k FROM t;
-- wrong: a JSON object is no JSON text
SELECT id FROM products WHERE attrs ->> 'k' = '{}';
SELECT id FROM products WHERE attrs ->> 'k' = '{}' AND attrs @> '{"k": "{}"}';
-- wrong: the distinct values without NULL
SELECT DISTINCT a FROM t;
WITH RECURSIVE s (a) AS ((SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL SELECT (SELECT t.a FROM t WHERE t.a > s.a ORDER BY t.a LIMIT 1) FROM s WHERE s.a IS NOT NULL) SELECT a FROM s WHERE a IS NOT NULL;
-- wrong: a group of nothing is none
SELECT c.id, o.k FROM customers c JOIN (SELECT customer_id, count(*) AS k FROM orders GROUP BY customer_id) AS o ON o.customer_id = c.id;
SELECT c.id, o.k FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS k FROM orders o WHERE o.customer_id = c.id) AS o;
-- wrong: a full join to a union made a lateral one
SELECT t.a, v.a AS b FROM t FULL JOIN (SELECT a FROM u UNION ALL SELECT x FROM n) AS v ON v.a = t.a;
SELECT t.a, v.a AS b FROM t LEFT JOIN LATERAL (SELECT a FROM u WHERE u.a = t.a UNION ALL SELECT x FROM n WHERE n.x = t.a) AS v ON true;
-- wrong: less than no rows
SELECT c.id, o.id AS oid FROM customers c JOIN (SELECT id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS r FROM orders) AS o ON o.customer_id = c.id AND o.r <= -1;
SELECT c.id, o.id AS oid FROM customers c JOIN LATERAL (SELECT id FROM orders WHERE customer_id = c.id ORDER BY id LIMIT -1) AS o ON true;
-- wrong: a page by keys in two directions
SELECT id FROM orders WHERE total > 5 OR (total = 5 AND id < 3);
SELECT id FROM orders WHERE (total, id) > (5, 3);
-- wrong: distinct values counted in two steps
SELECT count(DISTINCT total) FROM orders;
SELECT coalesce(sum(k), 0)::bigint AS count FROM (SELECT count(DISTINCT total) AS k FROM orders GROUP BY customer_id) AS g;
-- wrong: a list with NULL
SELECT a FROM t WHERE a NOT IN (1, NULL);
SELECT a FROM t WHERE a <> ALL ('{1}');
-- right: NOT IN where nothing is NULL
SELECT x FROM n WHERE x NOT IN (SELECT y FROM n);
SELECT x FROM n WHERE NOT EXISTS (SELECT FROM n AS m WHERE m.y = n.x);
-- right: NOT IN with NULLs taken out
SELECT a FROM t WHERE a NOT IN (SELECT a FROM u WHERE a IS NOT NULL);
SELECT a FROM t WHERE NOT EXISTS (SELECT FROM u WHERE u.a = t.a) AND (a IS NOT NULL OR NOT EXISTS (SELECT FROM u WHERE a IS NOT NULL));
-- right: the count of nothing is 0
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS k FROM customers c;
SELECT c.id, coalesce(o.k, 0) AS k FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS k FROM orders GROUP BY customer_id) o ON o.customer_id = c.id;
-- right: no rows are none that exist
SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) = 0;
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id);
-- right: an outer join that its condition makes an inner one
SELECT c.id, o.total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.total > 5;
SELECT c.id, o.total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.total > 5;
-- right: an anti-join by a column that is never NULL
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id);
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL;
-- right: a right join is a left one
SELECT t.a, u.b FROM t RIGHT JOIN u ON t.a = u.a;
SELECT t.a, u.b FROM u LEFT JOIN t ON t.a = u.a;
-- right: joins in another order
SELECT t.a, u.b, n.x FROM t JOIN u ON t.a = u.a JOIN n ON n.x = u.b;
SELECT t.a, u.b, n.x FROM n JOIN (t JOIN u ON t.a = u.a) ON n.x = u.b;
-- right: outer joins reassociated
SELECT t.a, u.b, n.x FROM t LEFT JOIN u ON t.a = u.a LEFT JOIN n ON n.x = u.b;
SELECT t.a, u.b, n.x FROM t LEFT JOIN (u LEFT JOIN n ON n.x = u.b) ON t.a = u.a;
-- right: DISTINCT over a key
SELECT DISTINCT id, name FROM customers;
SELECT id, name FROM customers;
-- right: IN and EXISTS
SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 3);
SELECT id FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.total > 3);
-- right: IN as a join with what is distinct
SELECT t.a FROM t WHERE a IN (SELECT a FROM u);
SELECT t.a FROM t JOIN (SELECT DISTINCT a FROM u) AS d ON d.a = t.a;
-- right: UNION of arms with a key that exclude each other
SELECT id FROM customers WHERE city = 'x' UNION SELECT id FROM customers WHERE city = 'y';
SELECT id FROM customers WHERE city = 'x' UNION ALL SELECT id FROM customers WHERE city = 'y';
-- right: OR as a union with a key
SELECT id FROM customers WHERE name = 'x' OR city = 'y';
SELECT id FROM customers WHERE name = 'x' UNION SELECT id FROM customers WHERE city = 'y';
-- right: OR as arms that exclude each other
SELECT a, b FROM t WHERE a = 1 OR b = 2;
SELECT a, b FROM t WHERE a = 1 UNION ALL SELECT a, b FROM t WHERE b = 2 AND (a = 1) IS NOT TRUE;
-- right: EXCEPT by values that may be NULL
SELECT a FROM t EXCEPT SELECT a FROM u;
SELECT DISTINCT a FROM t WHERE NOT EXISTS (SELECT FROM u WHERE u.a IS NOT DISTINCT FROM t.a);
-- right: INTERSECT by values that may be NULL
SELECT a FROM t INTERSECT SELECT a FROM u;
SELECT DISTINCT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.a IS NOT DISTINCT FROM t.a);
-- right: the greatest by an order
SELECT max(day) FROM orders;
SELECT (SELECT day FROM orders WHERE day IS NOT NULL ORDER BY day DESC LIMIT 1) AS max;
-- right: count of a column never NULL
SELECT count(*) FROM orders;
SELECT count(status) FROM orders;
-- right: DISTINCT values counted
SELECT count(DISTINCT a) FROM t;
SELECT count(a) FROM (SELECT DISTINCT a FROM t) AS d;
-- right: a sum in two steps
SELECT sum(total) FROM orders;
SELECT sum(s) AS sum FROM (SELECT sum(total) AS s FROM orders GROUP BY customer_id) AS g;
-- right: a count in two steps
SELECT count(*) FROM orders;
SELECT coalesce(sum(k), 0)::bigint AS count FROM (SELECT count(*) AS k FROM orders GROUP BY customer_id) AS g;
-- right: an average of a column with NULLs
SELECT avg(total) FROM orders;
SELECT sum(total) / nullif(count(total), 0) AS avg FROM orders;
-- right: HAVING on a group's own column
SELECT customer_id, count(*) FROM orders GROUP BY customer_id HAVING customer_id > 3;
SELECT customer_id, count(*) FROM orders WHERE customer_id > 3 GROUP BY customer_id;
-- right: FILTER and CASE
SELECT customer_id, count(*) FILTER (WHERE total > 5) FROM orders GROUP BY customer_id;
SELECT customer_id, count(CASE WHEN total > 5 THEN 1 END) FROM orders GROUP BY customer_id;
-- right: DISTINCT and GROUP BY
SELECT DISTINCT a, b FROM t;
SELECT a, b FROM t GROUP BY a, b;
-- right: grouped by a column that the key determines
SELECT c.id, c.name, count(*) FROM customers c GROUP BY c.id, c.name;
SELECT c.id, c.name, count(*) FROM customers c GROUP BY c.id;
-- right: ALL by the greatest, with NULL and nothing
SELECT a FROM t WHERE a > ALL (SELECT b FROM u);
SELECT a FROM t WHERE NOT EXISTS (SELECT FROM u WHERE (t.a > u.b) IS NOT TRUE);
-- right: ANY by the greatest
SELECT a FROM t WHERE a < ANY (SELECT b FROM u);
SELECT a FROM t WHERE a < (SELECT max(b) FROM u);
-- right: a scalar subquery over a key as an outer join
SELECT o.id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) AS name FROM orders o;
SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;
-- right: a foreign key's join dropped, NULL taken out
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id;
SELECT o.id FROM orders o WHERE o.customer_id IS NOT NULL;
-- right: a foreign key's join dropped, never NULL
SELECT i.qty FROM items i JOIN orders o ON o.id = i.order_id;
SELECT i.qty FROM items i;
-- right: a left join over a key dropped
SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id;
SELECT o.id FROM orders o;
-- right: a self-join on the key dropped
SELECT x.id, y.total FROM orders x JOIN orders y ON x.id = y.id;
SELECT id, total FROM orders;
-- right: CASE in WHERE
SELECT a FROM t WHERE CASE WHEN a > 1 THEN true ELSE false END;
SELECT a FROM t WHERE a > 1;
-- right: NOT of a comparison in WHERE
SELECT a FROM t WHERE NOT (a > 5);
SELECT a FROM t WHERE a <= 5;
-- right: De Morgan
SELECT a FROM t WHERE NOT (a > 5 OR b IS NULL);
SELECT a FROM t WHERE a <= 5 AND b IS NOT NULL;
-- right: distribution
SELECT a FROM t WHERE (a = 1 AND b = 2) OR (a = 1 AND c = 'x');
SELECT a FROM t WHERE a = 1 AND (b = 2 OR c = 'x');
-- right: IS DISTINCT FROM spelled out
SELECT a FROM t WHERE a IS DISTINCT FROM b;
SELECT a FROM t WHERE a <> b OR (a IS NULL) <> (b IS NULL);
-- right: a default that is not looked for
SELECT id FROM customers WHERE coalesce(city, 'y') = 'x';
SELECT id FROM customers WHERE city = 'x';
-- right: the greatest of two, with NULL
SELECT greatest(a, b) AS g FROM t;
SELECT CASE WHEN a >= b OR b IS NULL THEN a ELSE b END AS g FROM t;
-- right: nullif
SELECT nullif(a, 3) AS k FROM t;
SELECT CASE WHEN a = 3 THEN NULL ELSE a END AS k FROM t;
-- right: concatenation with NULL as nothing
SELECT concat(name, city) AS s FROM customers;
SELECT name || coalesce(city, '') AS s FROM customers;
-- right: a list and a chain of OR
SELECT a FROM t WHERE a IN (1, 2, 3);
SELECT a FROM t WHERE a = 1 OR a = 2 OR a = 3;
-- right: a list and an array
SELECT a FROM t WHERE a NOT IN (1, 2, 3);
SELECT a FROM t WHERE a <> ALL ('{1,2,3}');
-- right: integer division as a range
SELECT a FROM t WHERE a / 2 = 3;
SELECT a FROM t WHERE a BETWEEN 6 AND 7;
-- right: odd numbers
SELECT a FROM t WHERE a % 2 <> 0;
SELECT a FROM t WHERE a % 2 IN (1, -1);
-- right: an integer and a decimal
SELECT a FROM t WHERE a = 7.0;
SELECT a FROM t WHERE a = 7;
-- right: rounding as a range
SELECT id FROM orders WHERE round(total) = 3;
SELECT id FROM orders WHERE total >= 2.5 AND total < 3.5;
-- right: a prefix
SELECT id FROM customers WHERE left(name, 2) = 'ab';
SELECT id FROM customers WHERE name LIKE 'ab%';
-- right: a month
SELECT id FROM orders WHERE date_trunc('month', placed_at) = '2024-01-01';
SELECT id FROM orders WHERE placed_at >= '2024-01-01' AND placed_at < '2024-02-01';
-- right: a year of a date
SELECT id FROM orders WHERE extract(year FROM day) = 2024;
SELECT id FROM orders WHERE day BETWEEN '2024-01-01' AND '2024-12-31';
-- right: a day in a time zone
SELECT id FROM orders WHERE (paid_at AT TIME ZONE 'America/New_York')::date = '2024-03-10';
SELECT id FROM orders WHERE paid_at >= (timestamp '2024-03-10' AT TIME ZONE 'America/New_York') AND paid_at < (timestamp '2024-03-11' AT TIME ZONE 'America/New_York');
-- right: days to the other side
SELECT id FROM orders WHERE placed_at + interval '36 hours' > '2024-03-31';
SELECT id FROM orders WHERE placed_at > timestamp '2024-03-31' - interval '36 hours';
-- right: a page by keys
SELECT id FROM orders WHERE total > 5 OR (total = 5 AND id > 3);
SELECT id FROM orders WHERE (total, id) > (5, 3);
-- right: the limit pushed below the union
SELECT a FROM (SELECT a FROM t UNION ALL SELECT a FROM u) AS v ORDER BY a LIMIT 2;
SELECT a FROM ((SELECT a FROM t ORDER BY a LIMIT 2) UNION ALL (SELECT a FROM u ORDER BY a LIMIT 2)) AS v ORDER BY a LIMIT 2;
-- right: an order by one output more
SELECT id, total FROM orders ORDER BY id;
SELECT id, total FROM orders ORDER BY id, total;
-- right: a filter on the partition below its window
SELECT id, k FROM (SELECT id, status, count(*) OVER (PARTITION BY status) AS k FROM orders) AS o WHERE status = 'paid';
SELECT id, count(*) OVER (PARTITION BY status) AS k FROM orders WHERE status = 'paid';
-- right: the first by rank without ties
SELECT id FROM (SELECT id, rank() OVER (ORDER BY total, id) AS r FROM orders) AS o WHERE r = 1;
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY total, id) AS r FROM orders) AS o WHERE r = 1;
-- right: the least of each group
SELECT DISTINCT ON (customer_id) customer_id, day FROM orders ORDER BY customer_id, day;
SELECT customer_id, min(day) AS day FROM orders GROUP BY customer_id ORDER BY customer_id;
-- right: a JSON text is contained
SELECT id FROM products WHERE attrs ->> 'k' = 'v';
SELECT id FROM products WHERE attrs ->> 'k' = 'v' AND attrs @> '{"k": "v"}';
-- right: an element of an array
SELECT id FROM products WHERE 'x' = ANY (tags);
SELECT id FROM products WHERE tags @> ARRAY['x'];
-- right: a WITH query and a subquery
WITH s AS (SELECT customer_id, sum(total) AS v FROM orders GROUP BY customer_id) SELECT c.id, s.v FROM customers c JOIN s ON s.customer_id = c.id WHERE s.v > 3;
SELECT c.id, s.v FROM customers c JOIN LATERAL (SELECT sum(total) AS v FROM orders o WHERE o.customer_id = c.id) AS s ON s.v > 3;
-- right: an aggregate below a join over a key
SELECT c.city, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.city;
SELECT c.city, sum(o.s) AS sum FROM customers c JOIN (SELECT customer_id, sum(total) AS s FROM orders GROUP BY customer_id) AS o ON o.customer_id = c.id GROUP BY c.city;
-- right: bounds in any order
SELECT a FROM t WHERE a BETWEEN SYMMETRIC 5 AND 1;
SELECT a FROM t WHERE a >= 1 AND a <= 5;
