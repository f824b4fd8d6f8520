-- schema
CREATE TABLE people (id int PRIMARY KEY, name text, region int);
CREATE TABLE old_mail (id int PRIMARY KEY, person int, subject text NOT NULL, size numeric);
CREATE TABLE new_mail (id int PRIMARY KEY, person int, subject text NOT NULL, size numeric);
INSERT INTO people SELECT g, CASE WHEN g % 7 > 0 THEN 'p' || g % 9 END, g % 3 FROM generate_series(1, 40) g;
INSERT INTO old_mail SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 30 END, 's' || g % 5, g % 4 FROM generate_series(1, 90) g;
INSERT INTO new_mail SELECT g, CASE WHEN g % 6 > 0 THEN 1 + g % 30 END, 's' || g % 5, (g % 4)::numeric(5,2) FROM generate_series(60, 120) g;
CREATE VIEW mail AS SELECT id, person, subject FROM old_mail UNION SELECT id, person, subject FROM new_mail;
CREATE VIEW kinds AS SELECT 'old' AS kind, person FROM old_mail WHERE subject <> 's1' UNION SELECT 'new', person FROM new_mail EXCEPT SELECT 'old', id FROM people;
CREATE VIEW all_mail AS SELECT id, person FROM old_mail UNION ALL SELECT id, person FROM new_mail;
CREATE SEQUENCE calls;
CREATE VIEW counted AS SELECT person, 0 * nextval('calls') AS n FROM old_mail UNION SELECT person, nextval('calls') FROM new_mail;
CREATE VIEW firsts AS SELECT person FROM old_mail UNION (SELECT person FROM new_mail ORDER BY size LIMIT 3);
CREATE VIEW nested AS SELECT person FROM mail UNION SELECT id FROM people;
CREATE VIEW computed AS SELECT 100 / id AS person FROM old_mail UNION SELECT id FROM people;
CREATE VIEW called AS SELECT g AS person FROM generate_series(1, 9) g UNION SELECT id FROM people;
CREATE VIEW guarded WITH (security_barrier) AS SELECT person FROM old_mail UNION SELECT id FROM people;
-- fires
SELECT p.name, m.subject FROM people p JOIN mail m ON m.person = p.id WHERE p.name = 'p7'
-- becomes
SELECT p.name, m.subject FROM people p JOIN LATERAL (SELECT * FROM mail m WHERE m.person = p.id OFFSET 0) AS m ON true WHERE p.name = 'p7'
-- same
SELECT p.name, m.subject FROM people p JOIN mail m ON m.person = p.id WHERE p.name = 'none'
-- fires
-- with text p3
SELECT name, m.* FROM people p LEFT JOIN (SELECT person, id, subject FROM old_mail UNION SELECT person, id, subject FROM new_mail) AS m (who, size) ON (p.id = who AND (size > 1 OR subject = $1))
-- fires
SELECT * FROM people, mail WHERE person = people.id AND mail.id > people.region AND region = 1
-- becomes
SELECT * FROM people, LATERAL (SELECT * FROM mail WHERE person = people.id OFFSET 0) AS mail WHERE person = people.id AND mail.id > people.region AND region = 1
-- fires
SELECT count(*) FROM people p JOIN people q ON q.id = p.region CROSS JOIN mail m WHERE m.person = p.id AND q.id = m.id
-- fires
SELECT k.kind, p.id FROM people p JOIN kinds k ON k.person = p.id
-- fires
SELECT p.id, m.id FROM people p JOIN (SELECT person, id FROM old_mail UNION ALL (SELECT person, id FROM new_mail INTERSECT SELECT person, id FROM old_mail)) m ON m.person = p.id
-- fires
SELECT p.id FROM people p WHERE EXISTS (SELECT 1 FROM people q JOIN mail m ON m.person = q.id WHERE q.region = p.id)
-- fires
WITH u AS (SELECT 1 AS one) SELECT p.id, x.subject FROM u, people p LEFT JOIN mail m ON m.person = p.id LEFT JOIN mail x ON x.id = m.id
-- fires
SELECT p.id FROM people p JOIN nested v ON v.person = p.id
-- declines may-fail
SELECT p.id FROM people p JOIN computed v ON v.person = p.id
-- declines may-fail volatile
SELECT p.id FROM people p JOIN counted v ON v.person = p.id
-- declines undetermined
SELECT p.id FROM people p JOIN firsts v ON v.person = p.id
-- declines view
-- for v: called | guarded
SELECT p.id FROM people p JOIN {v} v ON v.person = p.id
-- declines may-fail
SELECT p.id FROM people p JOIN mail m ON m.person = p.id AND 10 / m.id > 1
-- ignores
-- for from: people p JOIN all_mail m ON m.person = p.id | people p RIGHT JOIN mail m ON m.person = p.id | people p FULL JOIN mail m ON m.person = p.id | people p JOIN mail m ON m.person > p.id | people p JOIN old_mail m ON m.person = p.id | people p JOIN mail m ON m.person = 3 | people p LEFT JOIN mail m ON true | people p JOIN LATERAL (SELECT * FROM mail m WHERE m.person = p.id OFFSET 0) m ON true
SELECT p.id FROM {from} WHERE m.id > 0
-- ignores
SELECT p.id FROM mail m JOIN people p ON p.id = m.person
-- ignores
SELECT p.id FROM people p LEFT JOIN mail m ON true WHERE m.person = p.id
