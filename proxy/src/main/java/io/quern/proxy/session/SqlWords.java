package io.quern.proxy.session;

/**
 * Looks for words in a statement's bytes, wherever they stand: in doubt it says yes. Only asked
 * about statements that are not plain queries.
 */
final class SqlWords {
    private SqlWords() {}

    /** DISCARD or DEALLOCATE, which drop prepared statements. */
    static boolean endsStatements(byte[] sql, int offset, int length) {
        return holds("discard", sql, offset, length) || holds("deallocate", sql, offset, length);
    }

    /** BEGIN ISOLATION LEVEL …, SET TRANSACTION ISOLATION LEVEL … */
    static boolean namesIsolation(byte[] sql, int offset, int length) {
        return holds("isolation", sql, offset, length);
    }

    private static boolean holds(String word, byte[] sql, int offset, int length) {
        int last = offset + length - word.length();
        for (int at = offset; at <= last; at++) {
            if ((sql[at] | 0x20) == word.charAt(0) && here(word, sql, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean here(String word, byte[] sql, int at) {
        for (int i = 1; i < word.length(); i++) {
            if ((sql[at + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
