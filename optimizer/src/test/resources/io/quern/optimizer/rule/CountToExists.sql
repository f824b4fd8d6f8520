-- schema
CREATE TABLE shops (id int PRIMARY KEY, name text, boss int);
INSERT INTO shops SELECT i, CASE WHEN i % 4 > 0 THEN 's' || i % 3 END, nullif(i % 5, 0) FROM generate_series(1, 30) i;
CREATE TABLE sales (shop_id int, amount int, note text);
INSERT INTO sales SELECT nullif(i % 21, 0), nullif(i % 3, 0), CASE WHEN i % 7 = 0 THEN 'n' || i END FROM generate_series(1, 60) i;
CREATE TABLE nothing (shop_id int);
-- fires
SELECT s.id FROM shops s WHERE (SELECT count(*) FROM sales x WHERE x.shop_id = s.id) > 0
-- becomes
SELECT s.id FROM shops s WHERE EXISTS (SELECT 1 FROM sales x WHERE x.shop_id = s.id)
-- fires
-- for q: > 0 | <> 0 | != 0 | >= 1 | = 0 | <= 0 | < 1
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id AND amount > 1) {q}
-- fires
-- for q: 0 < | 0 <> | 1 <= | 0 = | 0 >= | 1 >
SELECT id FROM shops s WHERE name IS NULL OR {q} ((SELECT count(*) AS n FROM sales WHERE shop_id = s.id))
-- fires
-- for q: count(amount) | count(DISTINCT amount) | count(amount + 0 * 1) FILTER (WHERE note IS NULL OR amount = 2) | count(*) FILTER (WHERE note = 'n7') | COUNT(ALL note)
-- for w: WHERE shop_id = s.id | WHERE shop_id = s.id OR shop_id = s.boss | , nothing WHERE sales.shop_id = s.id | LEFT JOIN nothing n ON n.shop_id = sales.shop_id WHERE sales.shop_id = s.id
SELECT s.id FROM shops s WHERE (SELECT count(note) FROM sales {w}) > 0 AND NOT ((SELECT count(*) FROM sales WHERE amount = s.boss) = 0)
-- fires
-- for q: count(amount) | count(DISTINCT amount) | count(*) FILTER (WHERE note = 'n7') | count(amount) FILTER (WHERE note IS NULL OR amount = 2)
-- for w: WHERE shop_id = s.id | WHERE shop_id = s.id OR shop_id = s.boss | | WHERE false
SELECT s.id FROM shops s WHERE (SELECT {q} FROM sales {w}) > 0
-- fires
-- with int4 1
SELECT s.id, count(*) FROM shops s JOIN sales x ON (SELECT count(*) FROM nothing) = 0 AND x.shop_id = s.id GROUP BY s.id HAVING (SELECT count(*) FROM sales y WHERE y.amount = $1) > 0
-- fires
SELECT id FROM shops WHERE (SELECT count(*) FROM sales WHERE shop_id = shops.id) > 0
-- other
SELECT id FROM shops WHERE (SELECT count(*) FROM sales WHERE shop_id = shops.id) > 1
-- same
SELECT id FROM shops WHERE (SELECT count(*) FROM sales WHERE shop_id = shops.id) > 0
-- refuted grouped may-fail
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id GROUP BY shop_id) = 0
-- refuted grouped may-fail
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id HAVING count(*) > 2) = 0
-- declines may-fail
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id AND 1 / amount = 1) > 0
-- declines! subquery
-- for q: LIMIT 1 | OFFSET 1 | ORDER BY count(*)
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id {q}) > 0
-- declines! subquery
SELECT id FROM shops s WHERE (SELECT count(*)) > 0
-- ignores
-- for q: > 1 | >= 0 | < 0 | = 1 | > 0.0 | > s.boss
SELECT id FROM shops s WHERE (SELECT count(*) FROM sales WHERE shop_id = s.id) {q}
-- ignores
-- for q: sum(amount) | count(*) + 0 | count(*) OVER () | max(amount)
SELECT id FROM shops s WHERE (SELECT {q} FROM sales WHERE shop_id = s.id LIMIT 1) > 0
-- ignores
SELECT boss FROM shops s GROUP BY boss HAVING (SELECT count(s.id) FROM nothing) > 0
-- ignores
SELECT (SELECT count(*) FROM sales WHERE shop_id = s.id) > 0 FROM shops s
