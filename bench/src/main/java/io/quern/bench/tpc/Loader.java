package io.quern.bench.tpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.stream.Stream;

/** Makes the tables of a suite in the schema {@code public} of a database. */
public final class Loader {
    private static final int CHUNK = 1 << 16;

    /** One for each foreign key that no index begins with. */
    private static final String INDEXES =
            """
            DO $$
            DECLARE
                ddl text;
            BEGIN
                FOR ddl IN
                    SELECT format('CREATE INDEX ON %s (%s)', c.conrelid::regclass, string_agg(
                        quote_ident(a.attname), ', ' ORDER BY array_position(c.conkey, a.attnum)))
                    FROM pg_constraint c
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                    WHERE c.contype = 'f' AND NOT EXISTS (
                        SELECT FROM pg_index i
                        WHERE i.indrelid = c.conrelid
                            AND i.indkey[0:array_length(c.conkey, 1) - 1]::int2[] = c.conkey)
                    GROUP BY c.oid
                LOOP
                    EXECUTE ddl;
                END LOOP;
            END $$
            """;

    private final Connection connection;

    /** Into the database of that connection, which the caller closes. */
    public Loader(Connection connection) {
        this.connection = requireNonNull(connection, "connection");
    }

    /** Makes the tables without rows. */
    void declare(Suite suite) throws SQLException, IOException {
        tables(suite);
        keys(suite);
    }

    /** Makes the tables with the rows of a scale, and gathers statistics. */
    public void load(Suite suite, double scale) throws SQLException, IOException {
        tables(suite);
        for (Source source : suite.tables()) {
            try (Stream<String> lines = source.lines().apply(scale)) {
                copy(source.name(), lines.iterator());
            }
        }
        keys(suite);
        execute("VACUUM ANALYZE");
        execute("CHECKPOINT");
    }

    private void tables(Suite suite) throws SQLException {
        execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        execute("GRANT USAGE ON SCHEMA public TO PUBLIC");
        for (Source source : suite.tables()) {
            execute(source.ddl());
        }
    }

    private void keys(Suite suite) throws SQLException, IOException {
        execute(suite.keys());
        execute(INDEXES);
    }

    private void copy(String table, Iterator<String> lines) throws SQLException {
        CopyIn copy =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table + " FROM STDIN (DELIMITER '|')");
        try {
            StringBuilder chunk = new StringBuilder(2 * CHUNK);
            while (lines.hasNext()) {
                chunk.append(lines.next()).append('\n');
                if (chunk.length() >= CHUNK || !lines.hasNext()) {
                    byte[] bytes = chunk.toString().getBytes(UTF_8);
                    copy.writeToCopy(bytes, 0, bytes.length);
                    chunk.setLength(0);
                }
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
