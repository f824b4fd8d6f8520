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
                            + "; END IF; END $$");
        }
        sql("GRANT CREATE ON DATABASE " + name + " TO " + OWNER);
        sql("GRANT USAGE, CREATE ON SCHEMA public TO " + OWNER);
        try (Connection connection = connect()) {
            return new TreeMap<>(
                    Maker.make(
                            connection,
                            new Maker.Terms(OWNER, READER, List.of("public")),
                            parts,
                            Map.of()));
        }
    }
}
