package io.quern.advisor.copy;

import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.PostgresServer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A database of the test server that is copied, or a copy. */
public record Original(String name) {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String OWNER = "copy_owner";
    private static final String READER = "copy_reader";

    /** 560 relations with 2,100 indexes, 50 types and 50 functions, views upon views. */
    public static final String BIG =
            """
            DO $$ BEGIN
            FOR i IN 1..50 LOOP
              EXECUTE format('CREATE TYPE e%s AS ENUM (''a'', ''b'', ''c'')', i);
              EXECUTE format('CREATE FUNCTION f%s(x int) RETURNS int LANGUAGE sql IMMUTABLE'
                ' AS ''SELECT x + %s''', i, i);
            END LOOP;
            FOR i IN 1..400 LOOP
              EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, parent int %s,'
                ' kind e%s NOT NULL DEFAULT ''a'', name text NOT NULL, at timestamptz,'
                ' total numeric(10,2) CHECK (total >= 0), note text)', i,
                CASE WHEN i > 1 THEN 'REFERENCES t' || i - 1 ELSE '' END, 1 + i % 50);
              EXECUTE format('CREATE INDEX ON t%1$s (parent); CREATE INDEX ON t%1$s (name, at);'
                ' CREATE INDEX ON t%1$s (at DESC) WHERE kind = ''b'';'
                ' CREATE INDEX ON t%1$s (lower(note))', i);
            END LOOP;
            FOR i IN 1..10 LOOP
              EXECUTE format('CREATE TABLE p%s (id bigint, at date NOT NULL, PRIMARY KEY (id, at))'
                ' PARTITION BY RANGE (at)', i);
              FOR j IN 1..9 LOOP
                EXECUTE format('CREATE TABLE p%1$s_%2$s PARTITION OF p%1$s'
                  ' FOR VALUES FROM (''202%2$s-01-01'') TO (''202%2$s-12-31'')', i, j);
              END LOOP;
            END LOOP;
            FOR i IN 1..60 LOOP
              EXECUTE format('CREATE VIEW v%1$s AS SELECT t.id, f%2$s(t.id) AS f, u.name FROM t%1$s t'
                ' JOIN %3$s u ON u.id = t.parent', i, 1 + i % 50,
                CASE WHEN i > 1 THEN 'v' || i - 1 ELSE 't400' END);
            END LOOP;
            END $$
            """;

    public static Original empty() {
        return new Original(SERVER.createDatabase());
    }

    public static String rich() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Original.class.getResourceAsStream("rich.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public Original sql(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return this;
    }

    Connection connect() throws SQLException {
        return SERVER.connect(name);
    }

    /** As the loader reads it, by a role that may log in and nothing else. */
    public Catalog catalog() throws SQLException {
        String role = "nobody_" + name;
        sql(
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"
                        + role
                        + "') THEN CREATE ROLE "
                        + role
                        + " LOGIN PASSWORD 'nobody-password'; END IF; END $$");
        var url =
                new UpstreamUrl(
                        SERVER.host(), SERVER.port(), name, role, "nobody-password", Map.of());
        try (var databases =
                new UpstreamDatabases(
                        Directory.of(url),
                        new UpstreamDatabases.Limits(
                                4,
                                2,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(1)),
                        InstantSource.system())) {
            return new CatalogLoader(databases).load(name).catalog();
        }
    }

    /** Makes parts here; what failed, by key. */
    Map<String, String> make(List<Part> parts) throws SQLException {
        for (String role : List.of(OWNER, READER)) {
            sql(
                    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"
                            + role
                            + "') THEN CREATE ROLE "
                            + role
                            + " LOGIN PASSWORD 'copying'; END IF; END $$");
        }
        sql("GRANT CREATE ON DATABASE " + name + " TO " + OWNER);
        sql("GRANT USAGE, CREATE ON SCHEMA public TO " + OWNER);
        try (Connection superuser = connect();
                Connection owner =
                        DriverManager.getConnection(SERVER.jdbcUrl(name), OWNER, "copying")) {
            return new TreeMap<>(
                    Maker.make(
                            superuser,
                            owner,
                            new Maker.Terms(READER, List.of("public")),
                            parts,
                            Map.of()));
        }
    }
}
