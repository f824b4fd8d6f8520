package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a statement could do that got past all that reads it beforehand: it is in a session of the
 * lab's role, and tries to get out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IsolationContract {
    private final int major;
    private EmbeddedServer embedded;
    private LabServer server;
    private LabServer.Database database;
    private LabServer.Arena arena;

    IsolationContract(int major) {
        this.major = major;
    }

    @BeforeAll
    void start() throws Exception {
        embedded = EmbeddedServer.start(LabServer.options(major), line -> {});
        server = LabServer.of(embedded, major);
        database = server.open();
        try (Connection owner = database.owner()) {
            LabServer.execute(
                    owner,
                    List.of(
                            "CREATE TABLE t (id integer)",
                            "CREATE SEQUENCE s",
                            "CREATE VIEW secrets AS SELECT rolpassword FROM pg_authid",
                            "GRANT SELECT, INSERT, DELETE ON t, secrets TO " + LabServer.ROLE));
        }
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void enter() throws Exception {
        arena = database.enter();
    }

    @AfterEach
    void leave() throws Exception {
        arena.close();
    }

    static Stream<String> forbidden() {
        return Stream.of(
                // files
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT pg_read_binary_file('/etc/passwd')",
                "SELECT pg_ls_dir('/')",
                "SELECT pg_stat_file('/etc/passwd')",
                "SELECT pg_ls_waldir()",
                "SELECT pg_ls_tmpdir()",
                "SELECT pg_current_logfile()",
                "SELECT * FROM pg_hba_file_rules",
                "COPY t TO '/tmp/quern-escaped'",
                "COPY t FROM '/etc/passwd'",
                "COPY t TO PROGRAM 'id'",
                "COPY t FROM PROGRAM 'id'",
                "LOAD '/tmp/quern.so'",
                // large objects
                "SELECT lo_import('/etc/passwd')",
                "SELECT lo_export(1, '/tmp/quern-escaped')",
                "SELECT lo_create(1)",
                "SELECT lo_creat(-1)",
                "SELECT lo_from_bytea(0, 'x')",
                "SELECT lo_put(1, 0, 'x')",
                "SELECT lo_unlink(1)",
                // the network
                "CREATE EXTENSION dblink",
                "CREATE EXTENSION postgres_fdw",
                "CREATE EXTENSION file_fdw",
                "CREATE EXTENSION plpython3u",
                "CREATE SERVER s FOREIGN DATA WRAPPER w",
                "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p",
                // making anything
                "CREATE TABLE x ()",
                "CREATE TEMP TABLE x ()",
                "CREATE SCHEMA x",
                "CREATE VIEW x AS SELECT 1",
                "CREATE TYPE x AS ENUM ()",
                "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE FUNCTION pg_temp.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE FUNCTION x() RETURNS int LANGUAGE plpgsql AS 'BEGIN END'",
                "CREATE FUNCTION x() RETURNS int LANGUAGE c AS 'libc', 'system'",
                "CREATE FUNCTION x() RETURNS int LANGUAGE internal AS 'pg_read_file'",
                "CREATE LANGUAGE plpython3u",
                "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION f()",
                "CREATE CAST (text AS integer) WITH INOUT",
                "CREATE DATABASE x",
                "CREATE TABLESPACE x LOCATION '/tmp'",
                "CREATE ROLE x SUPERUSER",
                "DO $$ BEGIN NULL; END $$",
                "SELECT * INTO x FROM t",
                // the schema
                "DROP TABLE t",
                "ALTER TABLE t ADD x int",
                "UPDATE t SET id = 1",
                "CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()",
                "CHECKPOINT",
                // other roles, more rights
                "SET ROLE postgres",
                "SET ROLE " + LabServer.OWNER,
                "SET SESSION AUTHORIZATION postgres",
                "ALTER ROLE " + LabServer.ROLE + " SUPERUSER",
                "ALTER ROLE postgres PASSWORD 'x'",
                "GRANT pg_read_server_files TO " + LabServer.ROLE,
                "GRANT " + LabServer.OWNER + " TO " + LabServer.ROLE,
                "SELECT set_config('role', 'postgres', false)",
                "SELECT set_config('session_authorization', 'postgres', false)",
                "SELECT set_config('transaction_read_only', 'off', false)",
                "SELECT set_config('statement_timeout', '0', false)",
                "UPDATE pg_settings SET setting = '0' WHERE name = 'statement_timeout'",
                // settings
                "SET temp_file_limit = -1",
                "SET log_min_messages = debug5",
                "SET log_statement = 'all'",
                "SET session_preload_libraries = 'x'",
                "SET dynamic_library_path = '/tmp'",
                "SET max_stack_depth = '7MB'",
                "SET session_replication_role = replica",
                "SET allow_in_place_tablespaces = on",
                "ALTER SYSTEM SET work_mem = '1GB'",
                "ALTER DATABASE postgres SET work_mem = '1GB'",
                // what others do and know
                "SELECT * FROM pg_authid",
                "SELECT * FROM pg_shadow",
                "SELECT * FROM pg_user_mapping",
                "SELECT * FROM pg_statistic",
                "SELECT * FROM pg_largeobject",
                "SELECT * FROM pg_subscription",
                "SELECT * FROM secrets",
                "SELECT pg_terminate_backend(pg_backend_pid())",
                "SELECT pg_cancel_backend(pg_backend_pid())",
                "SELECT pg_reload_conf()",
                "SELECT pg_rotate_logfile()",
                "SELECT pg_promote()",
                "SELECT pg_switch_wal()",
                "SELECT pg_create_restore_point('x')",
                "SELECT pg_logical_emit_message(false, 'x', 'x')",
                "SELECT pg_create_physical_replication_slot('x')",
                "SELECT pg_export_snapshot()",
                "SELECT pg_log_backend_memory_contexts(1)",
                "SELECT pg_stat_reset()",
                // waiting, locking, telling
                "SELECT pg_sleep(60)",
                "SELECT pg_sleep_for('1 minute')",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_try_advisory_lock(1)",
                "SELECT pg_advisory_xact_lock(1)",
                "SELECT pg_advisory_unlock_all()",
                "SELECT pg_notify('x', 'x')",
                "SELECT nextval('s')",
                "SELECT setval('s', 9)",
                // texts that run as statements
                "SELECT query_to_xml('SELECT 1', true, true, '')",
                "SELECT cursor_to_xml('x', 1, true, true, '')",
                "SELECT * FROM ts_stat('SELECT to_tsvector(''x'')')",
                "SELECT ts_rewrite('a'::tsquery, 'SELECT 1')",
                "SELECT pg_input_is_valid('1', 'int; SET statement_timeout = 0')",
                "SELECT pg_input_is_valid('1', 'int; CREATE TABLE x ()')",
                "SELECT current_setting('data_directory')",
                "SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS d (x int)");
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void isNotAllowed(String attack) throws Exception {
        Throwable refusal =
                catchThrowable(() -> LabServer.execute(arena.player(), List.of(attack)));
        assertThat(refusal).as(attack).isInstanceOf(SQLException.class);
        // syntax, privileges and unknown names; nothing of what it might have done
        assertThat(((SQLException) refusal).getSQLState())
                .as(refusal.getMessage())
                .matches("42501|42601|42704|42883|42939|0A000|25001|55P02|3D000|42809|42P02|58P01");
        assertThat(Path.of("/tmp/quern-escaped")).doesNotExist();
        assertThat(
                        ask(
                                "SELECT session_user || ' ' || current_user || ' ' || rolsuper FROM pg_roles"
                                        + " WHERE rolname = current_user"))
                .containsExactly("quern_lab quern_lab false");
    }

    /** Commands that any role may give are none of a prepared statement's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LISTEN x",
                "NOTIFY x",
                "SET statement_timeout = 0",
                "SET work_mem = '1GB'",
                "RESET ROLE",
                "RESET SESSION AUTHORIZATION",
                "SET TRANSACTION READ WRITE",
                "COMMIT",
                "ROLLBACK",
                "BEGIN",
                "SAVEPOINT x",
                "DISCARD ALL",
                "DEALLOCATE ALL",
                "LOCK TABLE t",
                "TRUNCATE t",
                "COPY t TO STDOUT",
                "EXPLAIN ANALYZE SELECT 1",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "PREPARE TRANSACTION 'x'",
                "CALL f()",
                "ALTER ROLE quern_lab SET statement_timeout = 0"
            })
    void isNoStatementToPrepare(String command) {
        for (Connection session : List.of(arena.player(), arena.reader())) {
            assertThatThrownBy(() -> LabServer.execute(session, List.of("PREPARE x AS " + command)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("42601"));
        }
    }

    /** Each would set something if its second half were taken for a statement of its own. */
    @ParameterizedTest
    @MethodSource("several")
    void severalStatementsAreNotOne(String text) throws Exception {
        String prepare = "PREPARE x AS " + text;
        try {
            LabServer.requireSingle(prepare);
            LabServer.execute(arena.reader(), List.of(prepare, "DEALLOCATE x"));
        } catch (Unsupported | SQLException refused) {
            // refused, or one statement indeed: what matters is what it did
        }
        try (var statement = arena.reader().createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT current_setting('quern.escaped', true)")) {
            row.next();
            assertThat(row.getString(1)).as(text).isNull();
        }
    }

    static Stream<String> several() {
        String set = "SET quern.escaped = 'yes'";
        return Stream.of(
                "SELECT 1; " + set,
                "SELECT 1;;" + set + ";",
                "SELECT 1; " + set + " --",
                "SELECT 'a\\'; " + set + "; --'",
                "SELECT E'a\\\\'; " + set + "; SELECT E'\\\\'",
                "SELECT E'a\\''; " + set + "; --'",
                "SELECT $a$ $b$ $a$; " + set + "; SELECT $b$ $b$",
                "SELECT $a$a$a$; " + set + "; SELECT 1",
                "SELECT 1 AS a$a$; " + set + "; SELECT 1 AS b$a$",
                "SELECT $ä$ $ä$; " + set + "; SELECT $ä$ $ä$",
                "SELECT /* /* */ 1; " + set + " */; " + set + "; /* */",
                "SELECT 1 /* */; " + set + "; /* */",
                "SELECT 1 --\r; " + set,
                "SELECT 1 -- ;\n; " + set,
                "SELECT 1 --\f; " + set,
                "SELECT 1 --\u2028; " + set,
                "SELECT U&'\\0027; " + set + "; --'",
                "SELECT U&'a!' UESCAPE '!'; " + set + "; --'",
                "SELECT \"a\"\"; " + set + "; --\"",
                "SELECT 1 AS \"a\\\"; " + set + "; --\"",
                "SELECT 1\u0000; " + set,
                "SELECT 1 \\; " + set,
                "SELECT 1\\g " + set,
                "SELECT '\ud800'; " + set,
                "SELECT n'\\'; " + set + "; --'",
                "SELECT b'1'; " + set + "; --'",
                "SELECT '1' /* ' */; " + set + "; --'",
                "SELECT '1' -- '\n'2'; " + set + "; --'",
                "SELECT 1 +-/* ; " + set + " */ 1",
                "SELECT (1; " + set + ")");
    }

    @Test
    void noVolatileFunctionOfPostgresIsAnybodys() throws Exception {
        String sql =
                "SELECT p.oid::regprocedure::text FROM pg_proc p CROSS JOIN unnest(ARRAY['"
                        + LabServer.ROLE
                        + "', '"
                        + LabServer.OWNER
                        + "']) AS r (role) WHERE p.provolatile = 'v'"
                        + " AND has_function_privilege(r.role, p.oid, 'EXECUTE')";
        assertThat(ask(sql)).isEmpty();
    }

    @Test
    void theRolesHaveNoAttributeAndNoRole() throws Exception {
        assertThat(
                        ask(
                                "SELECT rolname FROM pg_roles WHERE rolname LIKE 'quern%' AND"
                                        + " (rolsuper OR rolinherit OR rolcreaterole OR rolcreatedb"
                                        + " OR rolreplication OR rolbypassrls)"))
                .isEmpty();
        assertThat(
                        ask(
                                "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r"
                                        + " ON r.oid IN (m.roleid, m.member)"
                                        + " WHERE r.rolname LIKE 'quern%'"))
                .isEmpty();
        assertThat(
                        ask(
                                "SELECT d.datname FROM pg_database d WHERE d.datname <>"
                                        + " current_database() AND d.datname NOT LIKE 'arena%' AND"
                                        + " has_database_privilege(current_user, d.oid,"
                                        + " 'CONNECT, TEMP, CREATE')"))
                .isEmpty();
        assertThat(
                        ask(
                                "SELECT nspname FROM pg_namespace"
                                        + " WHERE has_schema_privilege(current_user, oid, 'CREATE')"
                                        + " UNION ALL SELECT lanname FROM pg_language"
                                        + " WHERE has_language_privilege(current_user, oid, 'USAGE')"
                                        + " AND lanpltrusted"))
                .isEmpty();
    }

    @Test
    void otherSessionsTextsAreKeptNowhere() throws Exception {
        LabServer.execute(arena.reader(), List.of("PREPARE other AS SELECT 'a secret'"));
        try (LabServer.Arena another = database.enter()) {
            LabServer.execute(another.player(), List.of("SELECT 'a secret'"));
            assertThat(
                            ask(
                                    "SELECT query FROM pg_stat_activity WHERE query LIKE '%secret%'"
                                            + " AND pid <> pg_backend_pid() UNION ALL"
                                            + " SELECT statement FROM pg_prepared_statements"))
                    .isEmpty();
        }
        Path log = embedded.directory().resolve("log");
        assertThat(Files.readString(log)).doesNotContain("a secret");
    }

    @Test
    void anXmlDocumentFetchesNothing() throws Exception {
        assertThat(
                        ask(
                                "SELECT xmlparse(document '<!DOCTYPE x [<!ENTITY e SYSTEM"
                                        + " \"file:///etc/passwd\">]><x>&e;</x>')::text || ' ' ||"
                                        + " xpath('//x/text()', '<!DOCTYPE x [<!ENTITY e SYSTEM"
                                        + " \"file:///etc/passwd\">]><x>&e;</x>')::text"))
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).doesNotContain("root:"));
    }

    static Stream<String> bombs() {
        String half = "repeat('x', 400000000)";
        return Stream.of(
                "SELECT length(repeat('x', 1000000000))",
                "SELECT length(" + half + " || " + half + ")",
                "SELECT cardinality(array_fill(1, ARRAY[100000000]))",
                "SELECT count(x) FROM (SELECT array_agg(i) AS x FROM generate_series(1, 300000000)"
                        + " i) s",
                "SELECT length(string_agg(repeat('x', 1000000), ',')) FROM generate_series(1, 999)",
                "SELECT count(*) FROM generate_series(1, 1000000000)",
                "SELECT i FROM generate_series(1, 100000000) i ORDER BY i % 7, i LIMIT 1",
                "SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class d",
                "WITH RECURSIVE r (x) AS (SELECT 'x' UNION ALL SELECT x || x FROM r)"
                        + " SELECT count(*) FROM r",
                "WITH RECURSIVE r (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
                        + " SELECT max(x) FROM r",
                "WITH RECURSIVE r (x) AS (SELECT 1 UNION SELECT x + 1 FROM r)"
                        + " SELECT max(x) FROM r",
                "SELECT repeat('a', 300) ~ '^(a+)(a+)(a+)(a+)(a+)\\5\\4\\3\\2\\1$'",
                "SELECT 'x' ~ '((((x{1,200}){1,200}){1,200}){1,200})'",
                "SELECT repeat('[', 10000000)::jsonb",
                "SELECT repeat('(', 1000000)::tsquery",
                "SELECT xmlparse(document repeat('<a>', 1000000))",
                "SELECT format('%1000000000s', 'x')",
                "SELECT lpad('x', 1000000000)",
                "SELECT 9.9::numeric ^ 99999 ^ 9999",
                "SELECT factorial(1000000)",
                "SELECT repeat('x', 1000000) FROM generate_series(1, 200)",
                "SELECT '' FROM generate_series(1, 100000000)",
                "SELECT FROM generate_series(1, 100000000)",
                "SELECT " + "(".repeat(100_000) + "1" + ")".repeat(100_000),
                "SELECT 1" + " + 1".repeat(100_000));
    }

    /** What it takes is bounded, it fails, and the server and its other sessions go on. */
    @ParameterizedTest
    @MethodSource("bombs")
    void aBombHarmsItsOwnSessionOnly(String bomb) throws Exception {
        long start = System.nanoTime();
        assertThatThrownBy(
                        () -> {
                            try (var statement = arena.player().createStatement();
                                    ResultSet result = statement.executeQuery(bomb)) {
                                result.next();
                            }
                        })
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e ->
                                assertThat(e.getSQLState())
                                        .as(e.getMessage())
                                        .matches(
                                                "53200|53400|54000|54001|57014|08006|08S01|2201B"
                                                        + "|22003|22026|42601|42P19|2200M|42804"));
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(20);
        assertThat(largest()).as("the largest process, in bytes").isLessThan(LabServer.MEMORY);
        try (var statement = arena.keeper().createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM public.t")) {
            assertThat(row.next()).isTrue();
        }
        assertThat(server.answers()).isTrue();
    }

    /** The most address space that any process of the server ever had. */
    private long largest() throws Exception {
        long largest = 0;
        for (ProcessHandle process :
                Lease.serverOf(embedded.directory()).orElseThrow().descendants().toList()) {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            if (Files.exists(status)) {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("VmPeak:")) {
                        largest =
                                Math.max(largest, Long.parseLong(line.replaceAll("\\D", "")) << 10);
                    }
                }
            }
        }
        return largest;
    }

    private List<String> ask(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var statement = arena.player().createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
