-- schema
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE docs (id int PRIMARY KEY, body jsonb, plain json, x int NOT NULL);
INSERT INTO docs SELECT g, jsonb_build_object('type', 't' || g % 5, 'n', g % 4, 'a', jsonb_build_object('b', 'x' || g % 3)), '{"type": "t1"}', g % 2 FROM generate_series(1, 30) g;
INSERT INTO docs SELECT 100 + i, v::jsonb, v::json, 1 FROM unnest(ARRAY['{"type": 1}', '{"type": 1.0}', '{"type": 1.00}', '{"type": "1"}', '{"type": "1.0"}', '{"type": true}', '{"type": "true"}', '{"type": false}', '{"type": null}', '{"type": "null"}', '{"type": {}}', '{"type": []}', '{"type": "{}"}', '{"type": {"a": 1}}', '{"type": [1, 2]}', '{"type": ["t1"]}', '{}', '[]', '["type"]', '[{"type": "t1"}]', '"t1"', '1', 'null', '{"type": "a\"b\\c"}', '{"type": ""}', '{"": "t1"}', '{"type": -5}', '{"type": 1e30}', '{"type": 0.000001}', '{"a": [{"b": "x1"}]}', '{"a": {"b": 1}}', '{"a": "b"}', '{"type": "2024-01-01"}', '{"type": "1e5"}']) WITH ORDINALITY AS d (v, i);
INSERT INTO docs VALUES (500, NULL, NULL, 1), (501, jsonb_build_object('type', repeat('9', 150)::numeric), '{}', 1);
CREATE INDEX ON docs USING gin (body jsonb_path_ops);
CREATE TABLE wanted (id int PRIMARY KEY, type text);
INSERT INTO wanted VALUES (1, 't1'), (2, NULL), (3, '1.0'), (4, 'true');
-- fires
SELECT id FROM docs WHERE body->>'type' = 't1'
-- becomes
SELECT id FROM docs WHERE ((body @> pg_catalog.jsonb_build_object(('type')::pg_catalog.text, ('t1')::pg_catalog.text) OR CASE WHEN ('t1')::pg_catalog.text ~ '^-?[0-9]{1,100}(\.[0-9]{1,100})?$' THEN body @> pg_catalog.jsonb_build_object(('type')::pg_catalog.text, ('t1')::pg_catalog.text::pg_catalog.numeric) WHEN ('t1')::pg_catalog.text IN ('true', 'false') THEN body @> pg_catalog.jsonb_build_object(('type')::pg_catalog.text, ('t1')::pg_catalog.text::pg_catalog.bool) ELSE ('t1')::pg_catalog.text ~ '^(-?[0-9]+(\.[0-9]+)?$|[{[])' END) AND body->>'type' = 't1')
-- same
SELECT id FROM docs WHERE body->>'type' = '1'
-- same
SELECT id FROM docs WHERE body->>'n' = '1'
-- same
SELECT id FROM docs WHERE body->>'type' = '{"a": 1}'
-- fires
-- for v: 1 | 1.0 | 1.00 | -5 | true | false | null | {} | [] | {"a": 1} | [1, 2] | ["t1"] | a"b\c | | t | {{ | 1000000000000000000000000000000 | 0.000001 | 0.0000010 | 2024-01-01 | 1e5 | 1e30 | 999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999
SELECT id FROM docs WHERE body->>'type' = '{v}'
-- fires
-- for v: 1 | true | {} | NULL | t2
-- with text {v}
SELECT id FROM docs d WHERE $1 = d.body->>'type' OR d.id = 3
-- fires
-- for v: x1 | 1
SELECT id FROM docs WHERE body->'a'->>'b' = '{v}' AND body->>'type' = 't1'
-- fires
SELECT id FROM docs WHERE body->>'' = 't1' OR body->>E'ty\u0070e' = E't\x31'
-- fires
SELECT w.id, (SELECT count(*) FROM docs d WHERE d.body->>'type' = w.type) FROM wanted w
-- fires
UPDATE docs SET id = id + 1000 WHERE body->>'type' = 't1'
-- refuted collation value may-fail
SELECT id FROM docs WHERE body->>'type' = 'T1' COLLATE loose
-- declines value
SELECT w.id, d.id FROM wanted w JOIN docs d ON d.body->>'type' = w.type
-- declines may-fail
SELECT id FROM docs WHERE body->>'type' = 't1' AND 1 / x = 1
-- declines! operator
SELECT id FROM docs WHERE body->>'type' = 't1'::bpchar(3)::name
-- ignores
SELECT id FROM docs WHERE plain->>'type' = 't1' OR body->>0 = 't1' OR body->'a' = '1' OR body->0->>'type' = 't1'
-- ignores
-- with text type
SELECT id FROM docs WHERE body->>$1 = 't1'
-- ignores
SELECT body->>'type' = 't1' FROM docs WHERE body->>'type' <> 't1'
