package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that other people wrote, through the proxy in every way it lets clients in. */
@ParameterizedClass
@EnumSource
@SuppressWarnings("NullAway") // JUnit fills the fields
class ClientsIT {

    /** How clients come by backends. */
    enum Way {
        PASS_THROUGH,
        SESSION,
        TRANSACTION;

        ProxyFixture open() {
            return this == PASS_THROUGH
                    ? new ProxyFixture()
                    : ProxyFixture.pooled(this == TRANSACTION, this == TRANSACTION ? 3 : 16);
        }
    }

    private static ProxyFixture house;

    @Parameter Way way;

    @BeforeParameterizedClassInvocation
    static void open(Way way) {
        house = way.open();
    }

    @AfterParameterizedClassInvocation
    static void close() {
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
        house.close();
    }

    @Test
    void psqlCopiesBothWays(@TempDir Path temp) throws Exception {
        assumePresent("psql");
        Path in = Files.writeString(temp.resolve("in.csv"), "1,one\n2,two\n3,three\n");
        Path out = temp.resolve("out.csv");
        String shown =
                run(
                        "psql",
                        "-X",
                        "-At",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-c",
                        "DROP TABLE IF EXISTS copied; CREATE TABLE copied (id int, word text)",
                        "-c",
                        "\\copy copied FROM '" + in + "' WITH (FORMAT csv)",
                        "-c",
                        "\\copy (SELECT * FROM copied ORDER BY id DESC) TO '"
                                + out
                                + "' WITH (FORMAT csv)",
                        "-c",
                        "SELECT count(*), max(word) FROM copied",
                        "-c",
                        "\\d copied",
                        url());
        assertThat(shown).contains("COPY 3", "3|two");
        assertThat(Files.readString(out)).isEqualTo("3,three\n2,two\n1,one\n");
    }

    @Test
    void psqlShowsErrorsAsTheServerGivesThem() throws Exception {
        assumePresent("psql");
        String shown =
                run(1, "psql", "-X", "-At", "-v", "VERBOSITY=verbose", "-c", "SELECT nix", url());
        assertThat(shown).contains("42703", "column \"nix\" does not exist", "LINE 1: SELECT nix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbenchRunsInEveryMode(String mode) throws Exception {
        assumePresent("pgbench");
        run("pgbench", "-i", "-q", "-s", "1", url());
        for (String script : List.of("select-only", "tpcb-like")) {
            String shown =
                    run(
                            "pgbench", "-n", "-b", script, "-M", mode, "-c", "4", "-j", "2", "-t",
                            "200", url());
            assertThat(shown)
                    .contains("number of transactions actually processed: 800/800")
                    .contains("number of failed transactions: 0");
        }
        assertThat(house.recorder.executions().size()).isGreaterThan(1600);
        house.recorder.clear();
        String sums =
                run(
                        "psql",
                        "-X",
                        "-At",
                        "-c",
                        "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = ALL (ARRAY["
                                + "(SELECT sum(bbalance) FROM pgbench_branches),"
                                + "(SELECT sum(tbalance) FROM pgbench_tellers),"
                                + "(SELECT sum(delta) FROM pgbench_history)]),"
                                + " (SELECT count(*) FROM pgbench_history)",
                        url());
        assertThat(sums).isEqualTo("t|800\n");
    }

    @Test
    void pgbenchConnectsForEachTransaction() throws Exception {
        assumePresent("pgbench");
        run("pgbench", "-i", "-q", "-s", "1", url());
        String shown =
                run("pgbench", "-n", "-C", "-S", "-M", "prepared", "-c", "4", "-t", "25", url());
        assertThat(shown).contains("number of transactions actually processed: 100/100");
    }

    /** What pg_dump does to its session must not reach anybody else's. */
    @Test
    void aScriptThatChangesItsSessionLeavesNothingBehind() throws Exception {
        assumePresent("psql");
        run(
                "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                "SELECT pg_catalog.set_config('search_path', '', false)",
                "-c",
                "SET statement_timeout = 0",
                "-c",
                "SET client_min_messages = warning",
                "-c",
                "SET row_security = off",
                "-c",
                "SET default_tablespace = ''",
                "-c",
                "SET client_encoding = 'LATIN1'",
                "-c",
                "CREATE TABLE IF NOT EXISTS public.dumped (a int)",
                url());
        for (int i = 0; i < 4; i++) {
            String shown =
                    run(
                            "psql",
                            "-X",
                            "-At",
                            "-c",
                            "SELECT current_setting('search_path'), current_setting('row_security'),"
                                    + " current_setting('client_encoding'), count(*) FROM dumped",
                            "-c",
                            "\\d dumped",
                            url());
            assertThat(shown).startsWith("\"$user\", public|on|UTF8|0\n");
        }
    }

    @Test
    void psqlPreparesBindsAndWatches() throws Exception {
        assumePresent("psql");
        String shown =
                run(
                        "psql",
                        "-X",
                        "-At",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-v",
                        "FETCH_COUNT=10",
                        "-c",
                        "SELECT count(*), sum(i) FROM generate_series(1, 100) i",
                        "-c",
                        "PREPARE mine (int) AS SELECT $1 + 1",
                        "-c",
                        "EXECUTE mine (41)",
                        "-c",
                        "DEALLOCATE mine",
                        "-c",
                        "SELECT i FROM generate_series(1, 25) i",
                        url());
        assertThat(shown).contains("100|5050", "42", "25");
    }

    @Test
    void psycopg2Works() throws Exception {
        assumeImportable("psycopg2");
        python(
                """
                import psycopg2
                c = psycopg2.connect(%s)
                cur = c.cursor()
                cur.execute("CREATE TEMP TABLE t (id int, w text)")
                cur.executemany("INSERT INTO t VALUES (%%s, %%s)", [(i, str(i)) for i in range(50)])
                cur.execute("SELECT count(*), sum(id) FROM t WHERE w <> %%s", ("7",))
                assert cur.fetchone() == (49, 1218)
                c.rollback()
                named = c.cursor("big")
                named.execute("SELECT generate_series(1, 5000)")
                assert sum(r[0] for r in named) == 12502500
                """);
    }

    @Test
    void psycopg3Works() throws Exception {
        assumeImportable("psycopg");
        python(
                """
                import psycopg
                c = psycopg.connect(%s, prepare_threshold=2)
                with c.transaction():
                    c.execute("CREATE TEMP TABLE t (id int, w text)")
                    with c.cursor().copy("COPY t FROM STDIN") as copy:
                        for i in range(1000): copy.write_row((i, "x" * i))
                for i in range(10):
                    assert c.execute("SELECT w FROM t WHERE id = %%s", (i,)).fetchone()[0] == "x" * i
                try:
                    with c.pipeline():
                        c.execute("SELECT 1")
                        c.execute("SELECT 1/0")
                        c.execute("SELECT 2")
                    raise AssertionError("no error")
                except psycopg.errors.DivisionByZero:
                    pass
                c.rollback()
                assert c.execute("SELECT 3").fetchone() == (3,)
                """);
    }

    @Test
    void psycopg3PreparesAndForgets() throws Exception {
        assumeImportable("psycopg");
        python(
                """
                import psycopg, threading
                def work(n):
                    c = psycopg.connect(%s, prepare_threshold=1, autocommit=True)
                    c.prepared_max = 3
                    for i in range(60):
                        k = (i * 7 + n) %% 8
                        row = c.execute(f"SELECT %%s::int + {k}", (i,)).fetchone()
                        assert row == (i + k,), (row, i, k)
                    with c.pipeline():
                        rows = [c.execute("SELECT %%s::int", (i,)) for i in range(30)]
                        assert [r.fetchone()[0] for r in rows] == list(range(30))
                    for i in range(3):
                        try:
                            with c.transaction():
                                c.execute("SELECT %%s::int / 0", (1,))
                        except psycopg.errors.DivisionByZero: pass
                        with c.transaction():
                            assert c.execute("SELECT %%s::int + 5", (i,)).fetchone() == (i + 5,)
                    done.append(n)
                done = []
                all = [threading.Thread(target=work, args=(n,)) for n in range(6)]
                for t in all: t.start()
                for t in all: t.join()
                assert len(done) == 6
                """);
    }

    @Test
    void nodePostgresWorks() throws Exception {
        assumePresent("node");
        assumeTrue(
                exit("node", "-e", "require('pg')") == 0,
                "the node module pg is not installed here");
        run(
                "node",
                "-e",
                "const {Client}=require('pg');(async()=>{const c=new Client('"
                        + url()
                        + "');await c.connect();const r=await c.query({name:'a',text:'select $1::int"
                        + " as x',values:[5]});if(r.rows[0].x!==5)process.exit(1);await c.end()})()");
    }

    private static void python(String script) throws Exception {
        run("/usr/bin/python3", "-c", String.format(script, "'" + url() + "'"));
    }

    private static String url() {
        return "postgresql://"
                + house.server.user()
                + ":"
                + house.server.password()
                + "@127.0.0.1:"
                + house.port()
                + "/"
                + house.database;
    }

    private static void assumePresent(String program) throws Exception {
        assumeTrue(exit("which", program) == 0, program + " is not installed here");
    }

    private static void assumeImportable(String module) throws Exception {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/python3"))
                        && exit("/usr/bin/python3", "-c", "import " + module) == 0,
                "the Python module " + module + " is not installed here");
    }

    private static int exit(String... command) throws Exception {
        return builder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    /** Node finds its modules below the directory that QUERN_TEST_NODE_MODULES names. */
    private static ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        String drivers = System.getenv("QUERN_TEST_NODE_MODULES");
        if (drivers != null) {
            builder.environment().put("NODE_PATH", drivers + "/node_modules");
        }
        return builder;
    }

    private static String run(String... command) throws Exception {
        return run(0, command);
    }

    private static String run(int expected, String... command) throws Exception {
        Process process = builder(command).start();
        process.getOutputStream().close();
        String shown = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(shown).isEqualTo(expected);
        return shown;
    }
}
