package io.quern.proxy.tuning;

import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.lex.TokenKind;
import io.quern.proxy.tuning.KnownStatement.Kind;
import io.quern.proxy.tuning.KnownStatement.Traces;

/**
 * What a statement may do to its session, read off its words, so the same for all texts of one
 * skeleton. It errs towards more: what hides its doings (a DO block, a procedure, a function that
 * is not PostgreSQL's own, an escaped name) is taken to do them. What triggers, views and defaults
 * call cannot be seen.
 *
 * @param endsStatements whether it may drop prepared statements
 * @param namesIsolation whether it speaks of transaction isolation
 * @param recalls whether it asks for what this session last drew from a sequence, and nothing in
 *     front of that in the same text may have drawn
 * @param draws whether it may draw from a sequence
 */
record Traits(
        Kind kind,
        Traces traces,
        boolean endsStatements,
        boolean namesIsolation,
        boolean recalls,
        boolean draws) {

    /** Of a text that was not read: it may do anything. */
    static final Traits UNREAD = new Traits(Kind.SETTING, Traces.LOCKS, true, true, false, true);

    /** Reads what a lexer has just lexed. */
    static Traits of(Lexer sql) {
        var reader = new Reader(sql);
        for (int token = 0; token < sql.count(); token++) {
            reader.read(token);
        }
        return new Traits(
                sql.statements() > 1 ? reader.severest() : reader.kind(),
                reader.traces,
                reader.endsStatements,
                reader.namesIsolation,
                reader.recalls,
                reader.draws || reader.drawsHere);
    }

    private static final class Reader {
        private final Lexer sql;
        private boolean begins = true;
        private Kind first = Kind.OTHER;
        private Kind current = Kind.OTHER;
        private boolean setting;
        private boolean ddl;
        private boolean update;
        private boolean settingsView;
        private Traces traces = Traces.NONE;
        private boolean endsStatements;
        private boolean namesIsolation;
        private boolean recalls;
        private boolean draws;

        /** What this statement draws, it draws for those behind it. */
        private boolean drawsHere;

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
            drawsHere |=
                    sql.is(token, "insert") || sql.is(token, "update") || sql.is(token, "merge");
            if (sql.kind(token) == TokenKind.UNICODE_IDENTIFIER) {
                // it may spell any of the names below
                setting = true;
                leaves(Traces.FOR_GOOD);
            } else if (named(token, "set_config")) {
                setting = true;
                leaves(setConfig(token));
            } else if (named(token, "pg_settings")) {
                // an UPDATE of this view calls set_config
                settingsView = true;
            } else if (named(token, "pg_temp")) {
                leaves(Traces.SETTINGS);
            } else if (sql.is(token, "update")) {
                update = true;
            } else if (sql.is(token, "isolation") || sql.is(token, "characteristics")) {
                namesIsolation = true;
            } else if (sql.is(token, "into")) {
                if (!after(token, "insert") && !after(token, "merge")) {
                    ddl = true;
                    leaves(Traces.OBJECTS);
                }
            } else if (sql.is(token, "temp") || sql.is(token, "temporary")) {
                leaves(temporary(token) ? Traces.SETTINGS : Traces.NONE);
            } else if (token + 1 < sql.count() && sql.reads(token + 1, "(")) {
                function(token);
            }
            if (update && settingsView) {
                leaves(Traces.SETTINGS);
            }
        }

        /** Functions that act on the session. */
        private void function(int token) {
            for (String name : LOCKING) {
                if (named(token, name)) {
                    leaves(Traces.LOCKS);
                }
            }
            for (String name : INDELIBLE) {
                if (named(token, name)) {
                    leaves(Traces.INDELIBLE);
                }
            }
            draws |= named(token, "nextval");
            recalls |= !draws && (named(token, "currval") || named(token, "lastval"));
            // the names in DDL's parentheses are mostly tables and types
            if (current != Kind.DDL && Calls.unknown(sql, token)) {
                leaves(Traces.LOCKS);
                draws = true;
            }
        }

        private void leaves(Traces more) {
            if (more.compareTo(traces) > 0) {
                traces = more;
            }
        }

        private void begin(int token) {
            Kind kind = kindOf(token);
            draws |= drawsHere;
            drawsHere = any(token, DRAWING);
            // with several statements, the severest counts instead
            first = kind;
            current = kind;
            setting |= kind == Kind.SETTING;
            ddl |= kind == Kind.DDL;
            endsStatements |=
                    sql.is(token, "discard")
                            || sql.is(token, "deallocate")
                            || sql.is(token, "do")
                            || sql.is(token, "call");
            leaves(traces(token, kind));
        }

        private Traces traces(int token, Kind kind) {
            return switch (kind) {
                case QUERY, TRANSACTION -> Traces.NONE;
                case DDL -> Traces.OBJECTS;
                case SETTING -> settingTraces(token);
                case OTHER -> {
                    if (sql.is(token, "declare")) {
                        yield holds(token) ? Traces.SETTINGS : Traces.NONE;
                    }
                    if (sql.is(token, "load")) {
                        yield Traces.INDELIBLE;
                    }
                    yield any(token, TRACELESS) ? Traces.NONE : Traces.SETTINGS;
                }
            };
        }

        private Traces settingTraces(int token) {
            if (!sql.is(token, "set")) {
                boolean known = sql.is(token, "reset") || sql.is(token, "discard");
                return known ? Traces.SETTINGS : Traces.LOCKS;
            }
            boolean passing =
                    next(token, "local")
                            || next(token, "transaction")
                            || next(token, "constraints");
            return passing ? Traces.NONE : Traces.SETTINGS;
        }

        /** DECLARE c … CURSOR WITH HOLD. */
        private boolean holds(int token) {
            for (int at = token + 1; at < sql.count() && !sql.reads(at, ";"); at++) {
                if (sql.is(at, "hold") && after(at, "with")) {
                    return true;
                }
            }
            return false;
        }

        /**
         * What set_config(name, value, is_local) leaves: nothing if it says so itself, anything if
         * the name is computed, so that it cannot be asked for.
         */
        private Traces setConfig(int token) {
            int depth = 0;
            for (int at = token + 1; at < sql.count(); at++) {
                if (sql.reads(at, "(")) {
                    depth++;
                } else if (sql.reads(at, ")") && --depth == 0) {
                    boolean local = sql.is(at - 1, "true") && sql.reads(at - 2, ",");
                    return local
                            ? Traces.NONE
                            : literal(token + 2) ? Traces.SETTINGS : Traces.FOR_GOOD;
                } else if (depth == 0) {
                    return Traces.FOR_GOOD;
                }
            }
            return Traces.FOR_GOOD;
        }

        /** Whether an argument is a plain string, of type text perhaps, and others follow. */
        private boolean literal(int token) {
            boolean cast = sql.reads(token + 1, "::") && sql.is(token + 2, "text");
            return sql.kind(token) == TokenKind.STRING && sql.reads(token + (cast ? 3 : 1), ",");
        }

        private boolean next(int token, String word) {
            return token + 1 < sql.count() && sql.is(token + 1, word);
        }

        private Kind kindOf(int token) {
            if (any(token, QUERY)) {
                return Kind.QUERY;
            }
            if (sql.is(token, "prepare")) {
                return next(token, "transaction") ? Kind.TRANSACTION : Kind.OTHER;
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
    private static final String[] LOCKING = {
        "pg_advisory_lock",
        "pg_advisory_lock_shared",
        "pg_try_advisory_lock",
        "pg_try_advisory_lock_shared",
        "pg_advisory_unlock",
        "pg_advisory_unlock_shared",
        "pg_advisory_unlock_all"
    };
    private static final String[] INDELIBLE = {
        "dblink_connect",
        "dblink_connect_u",
        "setseed",
        "pg_replication_origin_session_setup",
        "pg_create_physical_replication_slot",
        "pg_create_logical_replication_slot"
    };

    /** Beside INSERT, UPDATE and MERGE, which may stand inside a WITH. */
    private static final String[] DRAWING = {
        "copy", "do", "call", "execute", "fetch", "move", "explain", "refresh"
    };

    private static final String[] TRACELESS = {
        "copy",
        "fetch",
        "move",
        "close",
        "explain",
        "show",
        "lock",
        "vacuum",
        "analyze",
        "analyse",
        "checkpoint",
        "notify"
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
