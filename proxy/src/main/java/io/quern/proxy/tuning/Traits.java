package io.quern.proxy.tuning;

import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.lex.TokenKind;
import io.quern.proxy.tuning.KnownStatement.Kind;

/**
 * What a statement may do to its session, read off its words, so the same for all texts of one
 * skeleton. It errs towards more: what hides its doings (a DO block, a procedure, an escaped name)
 * is taken to do them. Functions that do them inside a plain query cannot be seen.
 *
 * @param createsTemporary whether it may create a temporary table
 * @param serializable whether it names SERIALIZABLE
 */
record Traits(Kind kind, boolean createsTemporary, boolean serializable) {

    /** Of a text too long to be read: it may do anything to the settings. */
    static Traits unread(boolean createsTemporary) {
        return new Traits(Kind.SETTING, createsTemporary, true);
    }

    /** Reads what a lexer has just lexed. */
    static Traits of(Lexer sql) {
        var reader = new Reader(sql);
        for (int token = 0; token < sql.count(); token++) {
            reader.read(token);
        }
        return new Traits(
                sql.statements() > 1 ? reader.severest() : reader.kind(),
                reader.createsTemporary,
                reader.serializable);
    }

    private static final class Reader {
        private final Lexer sql;
        private boolean begins = true;
        private Kind first = Kind.OTHER;
        private boolean setting;
        private boolean ddl;
        private boolean update;
        private boolean settingsView;
        private boolean createsTemporary;
        private boolean serializable;

        Reader(Lexer sql) {
            this.sql = sql;
        }

        Kind kind() {
            if (setting || (update && settingsView)) {
                return Kind.SETTING;
            }
            return ddl ? Kind.DDL : first;
        }

        Kind severest() {
            Kind kind = kind();
            return kind == Kind.SETTING || kind == Kind.DDL ? kind : Kind.OTHER;
        }

        void read(int token) {
            if (sql.reads(token, ";")) {
                begins = true;
            } else if (begins && !sql.reads(token, "(")) {
                begins = false;
                begin(token);
            }
            if (sql.kind(token) == TokenKind.UNICODE_IDENTIFIER) {
                // it may spell any of the names below
                setting = true;
                createsTemporary = true;
            }
            if (named(token, "set_config")) {
                setting = true;
            } else if (named(token, "pg_settings")) {
                // an UPDATE of this view calls set_config
                settingsView = true;
            } else if (named(token, "pg_temp")) {
                createsTemporary = true;
            } else if (sql.is(token, "update")) {
                update = true;
            } else if (sql.is(token, "serializable")) {
                serializable = true;
            } else if (sql.is(token, "into")) {
                ddl |= !after(token, "insert") && !after(token, "merge");
            } else if (sql.is(token, "temp") || sql.is(token, "temporary")) {
                createsTemporary |= temporary(token);
            }
        }

        private void begin(int token) {
            Kind kind = kindOf(token);
            // with several statements, the severest counts instead
            first = kind;
            setting |= kind == Kind.SETTING;
            ddl |= kind == Kind.DDL;
            createsTemporary |= sql.is(token, "do") || sql.is(token, "call");
        }

        private Kind kindOf(int token) {
            if (any(token, QUERY)) {
                return Kind.QUERY;
            }
            if (sql.is(token, "prepare")) {
                return token + 1 < sql.count() && sql.is(token + 1, "transaction")
                        ? Kind.TRANSACTION
                        : Kind.OTHER;
            }
            if (any(token, TRANSACTION)) {
                return Kind.TRANSACTION;
            }
            if (any(token, SETTING)) {
                return Kind.SETTING;
            }
            return any(token, DDL) ? Kind.DDL : Kind.OTHER;
        }

        private boolean any(int token, String[] words) {
            for (String word : words) {
                if (sql.is(token, word)) {
                    return true;
                }
            }
            return false;
        }

        /**
         * CREATE [OR REPLACE] [LOCAL | GLOBAL] TEMP, and SELECT INTO TEMP; not INSERT INTO temp.
         */
        private boolean temporary(int token) {
            return after(token, "create")
                    || after(token, "replace")
                    || after(token, "local")
                    || after(token, "global")
                    || (after(token, "into")
                            && !after(token - 1, "insert")
                            && !after(token - 1, "merge"));
        }

        private boolean after(int token, String word) {
            return token > 0 && sql.is(token - 1, word);
        }

        private boolean named(int token, String name) {
            return sql.is(token, name) || sql.reads(token, '"' + name + '"');
        }
    }

    private static final String[] QUERY = {
        "select", "insert", "update", "delete", "with", "values", "merge", "table"
    };
    private static final String[] TRANSACTION = {
        "begin", "commit", "rollback", "start", "end", "abort", "savepoint", "release"
    };
    private static final String[] SETTING = {"set", "reset", "discard", "do", "call", "execute"};
    private static final String[] DDL = {
        "create",
        "alter",
        "drop",
        "truncate",
        "grant",
        "revoke",
        "reindex",
        "cluster",
        "refresh",
        "comment",
        "security",
        "import",
        "reassign"
    };
}
