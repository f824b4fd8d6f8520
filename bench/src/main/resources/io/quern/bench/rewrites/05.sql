-- a count compared with zero
-- rule
-- schema
CREATE TABLE shops (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE sales (shop_id int NOT NULL, amount int NOT NULL);
INSERT INTO shops SELECT g, 's' || g FROM generate_series(1, 200) g;
INSERT INTO sales SELECT 1 + g % 200, g % 97 FROM generate_series(1, 2000000) g;
CREATE INDEX ON sales (shop_id);
-- before
SELECT s.id FROM shops s WHERE (SELECT count(*) FROM sales x WHERE x.shop_id = s.id) > 0
-- by hand
SELECT s.id FROM shops s WHERE EXISTS (SELECT 1 FROM sales x WHERE x.shop_id = s.id)
