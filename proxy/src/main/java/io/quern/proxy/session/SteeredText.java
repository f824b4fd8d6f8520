package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/**
 * A simple query between statements that give it settings and take them back, all in one implicit
 * transaction or in the client's own.
 */
final class SteeredText {
    final byte[] sql;

    /** How many characters, all ASCII, are in front of the query's own. */
    final int prefix;

    private SteeredText(byte[] sql, int prefix) {
        this.sql = sql;
        this.prefix = prefix;
    }

    /**
     * Puts a query under settings.
     *
     * @param inBlock whether the client has opened a transaction: if not, it ends with the query,
     *     and the settings with it
     */
    static SteeredText of(List<Steer> steers, byte[] query, boolean inBlock) {
        byte[] before = set(steers).getBytes(US_ASCII);
        // the query may end in a comment
        byte[] after = (inBlock ? "\n;" + restore(steers) : "").getBytes(US_ASCII);
        byte[] all = new byte[before.length + query.length + after.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(query, 0, all, before.length, query.length);
        System.arraycopy(after, 0, all, before.length + query.length, after.length);
        return new SteeredText(all, before.length);
    }

    /** Names and values are of letters, digits, dots and signs only: nothing to quote. */
    private static String set(List<Steer> steers) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (Steer steer : steers) {
            String name = new String(steer.name, US_ASCII);
            sql.append(sql.length() > 7 ? ", " : "")
                    .append("pg_catalog.set_config('")
                    .append(new String(steer.kept, US_ASCII))
                    .append("', pg_catalog.current_setting('")
                    .append(name)
                    .append("'), true), pg_catalog.set_config('")
                    .append(name)
                    .append("', '")
                    .append(new String(steer.value, US_ASCII))
                    .append("', true)");
        }
        return sql.append("; ").toString();
    }

    private static String restore(List<Steer> steers) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (Steer steer : steers) {
            sql.append(sql.length() > 7 ? ", " : "")
                    .append("pg_catalog.set_config('")
                    .append(new String(steer.name, US_ASCII))
                    .append("', pg_catalog.current_setting('")
                    .append(new String(steer.kept, US_ASCII))
                    .append("'), true)");
        }
        return sql.toString();
    }
}
