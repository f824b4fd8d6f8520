package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageReader;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to ask a backend about its session, and what its rows mean. Names are qualified and nothing
 * is compared with an operator that the session's {@code search_path} could choose.
 *
 * <p>The server itself says what is left of the statements before: settings whose source is the
 * session, in whatever way they were made and whatever of them was rolled back, and everything that
 * cannot be carried to another backend.
 */
final class Question {
    private static final String KEY =
            "SELECT current_user::pg_catalog.text,"
                    + " pg_catalog.current_setting('search_path'),"
                    + " pg_catalog.current_setting('TimeZone'),"
                    + " pg_catalog.current_setting('transaction_isolation'),"
                    + " pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) 0::pg_catalog.oid";

    /** Whatever is in a schema, pg_namespace being 2615, depends on it; and there is an index. */
    private static final String KEEPS =
            ", pg_catalog.current_setting('role'),"
                    + " session_user::pg_catalog.text,"
                    + " EXISTS (SELECT FROM pg_catalog.pg_depend WHERE refclassid"
                    + " OPERATOR(pg_catalog.=) '2615'::pg_catalog.oid AND refobjid"
                    + " OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_listening_channels()),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)";

    private static final String LOCKS =
            ", EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=)"
                    + " 'advisory'::pg_catalog.text AND pid OPERATOR(pg_catalog.=)"
                    + " pg_catalog.pg_backend_pid())";

    private static final String SETTINGS =
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE source OPERATOR(pg_catalog.=)"
                    + " 'session'::pg_catalog.text"
                    // these end with their transaction, whatever is said of their source
                    + " AND name OPERATOR(pg_catalog.<>) ALL ('{transaction_deferrable,"
                    + "transaction_isolation,transaction_read_only}'::pg_catalog.text[])";

    private static final int KEY_COLUMNS = 5;
    private static final String[] TIES = {
        "temporary table", "LISTEN", "cursor WITH HOLD", "PREPARE", "advisory lock"
    };

    private final boolean whole;
    private final boolean locks;
    private final Collection<String> customNames;
    private final TreeMap<String, String> settings = new TreeMap<>();
    private String @Nullable [] columns;
    private boolean foreign;

    /** Asks for what decides how statements are treated. */
    static Question ofKey() {
        return new Question(false, false, java.util.List.of());
    }

    /**
     * Asks for all that is left in the session.
     *
     * @param locks session-level advisory locks too
     * @param customNames settings that no list shows, because no module defines them; one char for
     *     each byte
     */
    static Question ofTraces(boolean locks, Collection<String> customNames) {
        return new Question(true, locks, customNames);
    }

    private Question(boolean whole, boolean locks, Collection<String> customNames) {
        this.whole = whole;
        this.locks = locks;
        this.customNames = customNames;
    }

    /** Whether it asks for traces. */
    boolean whole() {
        return whole;
    }

    /** Whether a setting is not plain ASCII, so that its bytes depend on the encoding. */
    boolean foreign() {
        return foreign;
    }

    /** Its first statement, answered with one row. */
    byte[] first() {
        return (KEY + (whole ? KEEPS : "") + (locks ? LOCKS : "")).getBytes(US_ASCII);
    }

    /**
     * Its second statement, in the client's encoding, answered with a row for each setting; null if
     * there is none.
     */
    byte @Nullable [] second() {
        if (!whole) {
            return null;
        }
        StringBuilder sql = new StringBuilder(SETTINGS);
        for (String name : customNames) {
            // names are of letters, digits, dots, underscores, dollars: nothing to quote
            sql.append(" UNION ALL SELECT '")
                    .append(name)
                    .append("', pg_catalog.current_setting('")
                    .append(name)
                    .append("', true)");
        }
        return sql.toString().getBytes(ISO_8859_1);
    }

    /** A row came. */
    void row(byte[] bytes, int offset, int length) {
        MessageReader in = new MessageReader().over(bytes, offset, length);
        String[] values = new String[in.int16()];
        for (int i = 0; i < values.length; i++) {
            int size = in.int32();
            if (size > in.remaining()) {
                return;
            }
            values[i] = size < 0 ? "" : new String(bytes, in.position(), size, UTF_8);
            if (size < 0 && values.length == 2) {
                return;
            }
            in.over(bytes, in.position() + Math.max(size, 0), in.remaining() - Math.max(size, 0));
        }
        if (values.length == 2) {
            foreign |= !ascii(values[0]) || !ascii(values[1]);
            settings.put(values[0], values[1]);
        } else {
            columns = values;
        }
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /**
     * What the rows say; null if they say nothing.
     *
     * @param user who logged in
     * @param known the settings known before, in case they were not asked for
     */
    @Nullable Answer answer(String user, Profile known) {
        String[] row = columns;
        if (row == null || row.length < KEY_COLUMNS) {
            return null;
        }
        boolean treatable = !row[3].equals("serializable") && row[4].equals("f");
        String keeps = "";
        Profile profile = known;
        if (whole) {
            if (row.length < KEY_COLUMNS + 6) {
                return null;
            }
            Map<String, String> made = new TreeMap<>(settings);
            if (!row[5].equals("none")) {
                made.put("role", row[5]);
            }
            profile = Profile.of(made);
            keeps = row[6].equals(user) ? ties(row) : "session authorization";
        }
        return new Answer(row[0], row[1], row[2], treatable, keeps, profile);
    }

    private static String ties(String[] row) {
        for (int i = KEY_COLUMNS + 2; i < row.length; i++) {
            if (row[i].equals("t")) {
                return TIES[i - KEY_COLUMNS - 2];
            }
        }
        return "";
    }
}
