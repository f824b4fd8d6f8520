CREATE SCHEMA "My Shop";
CREATE SCHEMA tools;
CREATE EXTENSION citext SCHEMA tools;
CREATE EXTENSION btree_gist SCHEMA tools;
CREATE EXTENSION pg_trgm SCHEMA public;
CREATE COLLATION tools.nocase (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN public.amount AS numeric(10,2) NOT NULL CONSTRAINT positive CHECK (VALUE >= 0);
CREATE DOMAIN public.word AS text COLLATE tools.nocase CHECK (VALUE <> '');
CREATE TYPE "My Shop".address AS (street text, "zip code" character varying(10), felt public.mood);
CREATE TYPE public.span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = public.spans);
CREATE SEQUENCE public.counter AS smallint START 5 INCREMENT 5 MAXVALUE 900 CYCLE;
CREATE FUNCTION public.twice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT 2 * x';
CREATE FUNCTION public.thrice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN twice(x) + x;
CREATE FUNCTION public.odd(x integer) RETURNS boolean LANGUAGE plpgsql STABLE LEAKPROOF AS 'BEGIN RETURN x % 2 = 1; END';
CREATE FUNCTION public.safe(x integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT x';
CREATE FUNCTION public.less(public.mood, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT length($1::text) < $2';
CREATE OPERATOR public.<<# (FUNCTION = public.less, LEFTARG = public.mood, RIGHTARG = integer);
CREATE FUNCTION public.size_of(public.mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT length($1::text)';
CREATE CAST (public.mood AS integer) WITH FUNCTION public.size_of(public.mood);
CREATE TABLE public.people (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name tools.citext NOT NULL,
  felt public.mood DEFAULT 'happy',
  feelings public.mood[],
  pay public.amount DEFAULT 0,
  nick public.word,
  home "My Shop".address,
  during public.span,
  born date CHECK (born > '1900-01-01'),
  doubled integer GENERATED ALWAYS AS (public.twice(3) + 1) STORED,
  code character(4) COLLATE "C",
  seq integer DEFAULT nextval('public.counter'),
  CONSTRAINT known CHECK (name::text <> nick::text) NOT VALID,
  UNIQUE NULLS NOT DISTINCT (code) INCLUDE (born));
CREATE INDEX people_lower ON public.people (lower(name::text) text_pattern_ops DESC) WHERE felt <> 'sad';
CREATE INDEX people_trgm ON public.people USING gin ((name::text) gin_trgm_ops);
CREATE UNIQUE INDEX "people Odd" ON public.people (public.thrice(id)) WITH (fillfactor = 70);
CREATE STATISTICS public.people_stats (ndistinct, mcv) ON felt, born FROM public.people;
CREATE STATISTICS public.people_expr ON (id % 10) FROM public.people;
CREATE TABLE "My Shop".orders (
  id bigserial,
  placed timestamptz NOT NULL,
  person integer REFERENCES public.people ON DELETE CASCADE,
  total numeric,
  PRIMARY KEY (id, placed),
  CONSTRAINT sane CHECK (total >= 0)) PARTITION BY RANGE (placed);
CREATE TABLE "My Shop".orders_23 PARTITION OF "My Shop".orders FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE "My Shop".orders_24 PARTITION OF "My Shop".orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY HASH (id);
CREATE TABLE "My Shop".orders_24_0 PARTITION OF "My Shop".orders_24 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "My Shop".orders_24_1 PARTITION OF "My Shop".orders_24 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE "My Shop".orders_rest PARTITION OF "My Shop".orders DEFAULT;
CREATE INDEX orders_person ON "My Shop".orders (person);
CREATE INDEX orders_24_0_total ON "My Shop".orders_24_0 (total);
CREATE TABLE public.rooms (room integer, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE public.things (id integer NOT NULL, label text, CHECK (id > 0));
CREATE TABLE public.toys (age integer) INHERITS (public.things);
CREATE VIEW public.happy AS SELECT id, name, felt FROM public.people WHERE felt = 'happy' WITH LOCAL CHECK OPTION;
CREATE VIEW public.z_first WITH (security_barrier) AS SELECT id, name AS "the name" FROM public.happy;
CREATE VIEW public.a_last WITH (security_invoker) AS SELECT p."the name", o.total FROM public.z_first p JOIN "My Shop".orders o ON o.person = p.id;
CREATE VIEW public.grouped AS SELECT p.id, p.born, count(*) AS n FROM public.people p GROUP BY p.id;
CREATE MATERIALIZED VIEW public.summary AS SELECT felt, count(*) AS n FROM public.people GROUP BY felt;
CREATE UNIQUE INDEX ON public.summary (felt);
CREATE FUNCTION public.busy() RETURNS SETOF public.a_last LANGUAGE sql STABLE AS 'SELECT * FROM a_last';
