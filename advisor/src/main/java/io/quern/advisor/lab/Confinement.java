package io.quern.advisor.lab;

import java.util.List;

/**
 * What keeps those in who write a schema that is copied, and statements about it. Their functions
 * may claim to be immutable, and PostgreSQL then computes them while it plans, makes an index or
 * reads a value. Under a role without rights they can do nothing, as long as they cannot take the
 * role off: {@code set_config} can, and is volatile, like all that reaches beyond the database.
 */
public final class Confinement {
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
