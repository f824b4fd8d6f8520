package io.quern.bench.lab;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A database with statements about it. */
interface Scene {
    /** Short; names the scene in tables. */
    String name();

    /** How the database sorts text: a locale of the C library. */
    default String locale() {
        return "C";
    }

    /** Makes its tables in an empty database, with rows, indexes and statistics. */
    void load(Connection connection) throws SQLException, IOException, InterruptedException;

    List<Asked> statements() throws IOException;

    /** The indexes to be tried, as CREATE INDEX name ON public.table …. */
    List<String> candidates();

    /** Adds rows without gathering statistics; empty if the scene does not grow. */
    List<String> growth();
}
