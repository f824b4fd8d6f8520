-- a list of literals as VALUES
-- folklore
-- schema
CREATE TABLE numbers (id int PRIMARY KEY, n int NOT NULL, code text NOT NULL, opt text, f text NOT NULL, tail int NOT NULL);
INSERT INTO numbers SELECT g, g, 'k' || g, CASE WHEN g % 4 > 0 THEN 'v' || g END, 'f' || (g % 1000), g % 5000 FROM generate_series(1, 2000000) g;
CREATE INDEX ON numbers (n);
CREATE INDEX ON numbers (opt);
CREATE INDEX ON numbers (f, tail);
CREATE INDEX ON numbers (code text_pattern_ops);
-- before
SELECT id FROM numbers WHERE tail IN (3, 77, 424, 999, 1500, 2700, 3111, 3999, 4242, 4991)
-- by hand
SELECT id FROM numbers WHERE tail IN (VALUES (3), (77), (424), (999), (1500), (2700), (3111), (3999), (4242), (4991))
