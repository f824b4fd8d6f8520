package io.quern.advisor.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What keeps those in who write a schema that is copied, and statements about it. Their functions
 * may claim to be immutable, and PostgreSQL then computes them while it plans, makes an index or
 * reads a value. Under a role without rights they can do nothing, as long as they cannot take the
 * role off: {@code set_config} can, and is volatile, like all that reaches beyond the database.
 */
public final class Confinement {
    /**
     * Of a server that is thrown away and keeps what it hears to itself: neither its log nor its
     * views may hold a statement, for those hold literals.
     */
    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("max_wal_senders", "0"),
                    Map.entry("wal_level", "minimal"),
                    Map.entry("min_wal_size", "32MB"),
                    Map.entry("max_wal_size", "64MB"),
                    Map.entry("io_method", "sync"),
                    Map.entry("autovacuum", "off"),
                    Map.entry("track_activities", "off"),
                    Map.entry("log_min_messages", "fatal"),
                    Map.entry("log_min_error_statement", "panic"),
                    Map.entry("log_error_verbosity", "terse"),
                    Map.entry("log_checkpoints", "off"));

    private static final String REVOKE_VOLATILE =
            """
            DO $$
            DECLARE routine text;
            BEGIN
              FOR routine IN SELECT p.oid::regprocedure::text FROM pg_proc p
                JOIN pg_roles r ON r.oid = p.proowner
                WHERE p.provolatile = 'v' AND r.rolsuper LOOP
                EXECUTE 'REVOKE EXECUTE ON ROUTINE ' || routine || ' FROM public';
              END LOOP;
            END $$
            """;

    private Confinement() {}

    /** The settings of a small, mute server with more of its own. */
    public static Map<String, String> settings(Map<String, String> own) {
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(own);
        return Map.copyOf(all);
    }

    /**
     * What a superuser says in a new database; to be said again when extensions have come.
     *
     * @param owner the role that makes the copy there
     */
    public static List<String> commands(String owner) {
        return List.of(
                REVOKE_VOLATILE,
                "REVOKE USAGE ON LANGUAGE plpgsql, sql FROM public",
                "GRANT USAGE ON LANGUAGE plpgsql, sql TO " + owner,
                "GRANT USAGE, CREATE ON SCHEMA public TO " + owner);
    }
}
