package io.quern.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class ConsoleTest {
    private final ConsoleFixture fixture = ConsoleFixture.direct();
    private final ConsoleSession boss = fixture.greeted("boss");
    private final ConsoleSession looker = fixture.greeted("looker");

    static Stream<Command> commands() {
        return ConsoleFixture.direct().console().commands().stream();
    }

    private static String written(Command command) {
        return command.words() + (command.argument() == Command.Argument.ID ? " 7" : "");
    }

    // ---- who may do what

    @ParameterizedTest
    @MethodSource("commands")
    void the_table_says_who_may_do_it(Command command) {
        List<String> answer = fixture.query(looker, written(command));
        if (command.role() == Role.ADMIN) {
            assertThat(answer).hasSize(2).last().isEqualTo("Z I");
            assertThat(answer.getFirst()).startsWith("E V:ERROR C:42501");
            assertThat(fixture.operations.done).isEmpty();
            assertThat(fixture.desk.done).isEmpty();
        } else {
            assertThat(answer.getFirst()).startsWith("T ");
        }
        assertThat(fixture.query(boss, written(command)))
                .noneMatch(line -> line.startsWith("E"))
                .last()
                .isEqualTo("Z I");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void only_what_shows_is_for_those_who_look(Command command) {
        assertThat(command.role() == Role.STATS).isEqualTo(command.words().startsWith("SHOW "));
        assertThat(command.help()).isNotBlank();
    }

    @Test
    void help_is_the_table_with_its_roles() {
        List<String> answer = fixture.query(boss, "SHOW HELP");
        assertThat(answer.getFirst()).isEqualTo("T command:25|role:25|description:25");
        assertThat(answer)
                .hasSize((int) commands().count() + 3)
                .contains("D KILL id|ADMIN|ends a client's session")
                .contains("D SHOW POOLS|STATS|pools of backends");
    }

    @Test
    void others_are_not_let_in() {
        assertThat(fixture.console().open("app", 1, new byte[4], Runnable::run, fixture)).isEmpty();
        assertThat(fixture.answers()).singleElement().asString().startsWith("E V:FATAL C:28000");
        assertThat(fixture.closed).isTrue();
    }

    @Test
    void a_role_taken_away_counts_from_the_next_command() {
        fixture.admins = Set.of();
        assertThat(fixture.query(boss, "SHOW POOLS").getFirst()).startsWith("E V:ERROR C:42501");
    }

    // ---- golden bytes

    @Test
    void the_welcome_is_what_drivers_wait_for() {
        fixture.open("looker");
        List<String> welcome = fixture.answers();
        assertThat(welcome.getFirst()).isEqualTo("R 00000000");
        assertThat(welcome)
                .contains(
                        "S "
                                + HexFormat.of()
                                        .formatHex(
                                                "server_version\00014.0 (Quern 0.1)\0"
                                                        .getBytes(UTF_8)))
                .contains("K 0000002a01020304");
        assertThat(welcome.getLast()).isEqualTo("Z I");
    }

    @Test
    void a_result_set_to_the_byte() {
        boss.received((byte) 'Q', "SHOW VERSION\0".getBytes(UTF_8));
        assertThat(HexFormat.of().formatHex(fixture.sent.toByteArray()))
                .isEqualTo(
                        // RowDescription: 2 columns
                        "540000003a0002"
                                + "76657273696f6e00" // version
                                + "000000000000" // no table, no attribute
                                + "00000019ffffffffffff0000" // text, varying, text format
                                + "7374617274656400" // started
                                + "000000000000"
                                + "000004a00008ffffffff0000" // timestamptz
                                // DataRow
                                + "44000000340002"
                                + "00000009517565726e20302e31"
                                + "0000001d"
                                + "323032362d31312d32322031303a31313a31322e3334353637382b3030"
                                // CommandComplete, ReadyForQuery
                                + "430000000953484f5700"
                                + "5a0000000549");
    }

    @Test
    void an_error_to_the_byte() {
        boss.received((byte) 'Q', "FROBNICATE\0".getBytes(UTF_8));
        assertThat(new String(fixture.sent.toByteArray(), 5, 88, UTF_8))
                .isEqualTo(
                        "SERROR\0VERROR\0C42601\0Mthe console knows no such command\0"
                                + "HSHOW HELP lists the commands.\0\0");
    }

    // ---- what is shown

    @Test
    void pools_clients_servers_and_databases() {
        assertThat(fixture.query(boss, "show pools"))
                .contains("D main|shop|app|1|1|1|1|0|20|5|f", "C SHOW");
        List<String> clients = fixture.query(boss, "show clients");
        assertThat(clients.get(1)).startsWith("D 3|shop|report|psql|127.0.0.1:5000|session|idle||");
        assertThat(clients.get(1)).endsWith("|2026-11-22 10:11:12.345678+00");
        assertThat(fixture.query(boss, "show servers").get(1))
                .startsWith("D main|shop|app|4711|active|TLSv1.3|")
                .endsWith("|12");
        assertThat(fixture.query(boss, "show databases")).contains("D shop|2|2|2|4|9|f");
    }

    @Test
    void what_the_advisor_knows_is_shown_as_the_page_shows_it() {
        assertThat(fixture.query(boss, "show templates"))
                .contains(
                        "D shop|"
                                + FakeDesk.TEMPLATE.fingerprint()
                                + "|4|1|40|10.0|2.5|2.5|3.0|4.25|select * from t where x = ?");
        assertThat(fixture.query(boss, "show templates 0")).hasSize(3);
        assertThat(fixture.query(boss, "show suggestions").get(1))
                .startsWith("D 12|trial|rewrite|shop|")
                .contains("|NotInToNotExists: after ?|2.5|2.0|Infinity|100.5|∅|");
        assertThat(fixture.query(boss, "show flags"))
                .contains("D kill switch|off|f|∅|∅|∅|∅")
                .anyMatch(line -> line.startsWith("D suggestion 12|trial|t|rewrite|shop|"));
    }

    @Test
    void counts_settings_and_mishaps() {
        assertThat(fixture.query(boss, "show stats"))
                .startsWith("T name:25|value:20|description:25")
                .contains("D statements.treated|41|Statements that ran as a variant")
                .hasSize(5);
        assertThat(fixture.query(boss, "show mishaps")).contains("D APPLY|1", "D CHOOSE|2");
        assertThat(fixture.query(boss, "show config")).contains("D quern.pool.size|20|t");
    }

    // ---- what is done

    @Test
    void actions_reach_the_wire() {
        assertThat(fixture.query(boss, "kill 7")).containsExactly("C KILL", "Z I");
        assertThat(fixture.query(boss, "pause shop")).containsExactly("C PAUSE", "Z I");
        assertThat(fixture.query(boss, "RESUME \"Shop\"")).containsExactly("C RESUME", "Z I");
        assertThat(fixture.query(boss, "Reconnect")).containsExactly("C RECONNECT", "Z I");
        assertThat(fixture.query(boss, "reload"))
                .contains("D quern.pool.size: 20 → 40", "D quern.listen: needs a restart");
        assertThat(fixture.query(boss, "drain")).containsExactly("C DRAIN", "Z I");
        assertThat(fixture.query(boss, "drain 5")).containsExactly("C DRAIN", "Z I");
        assertThat(fixture.query(boss, "shutdown")).containsExactly("C SHUTDOWN", "Z I");
        assertThat(fixture.operations.done)
                .containsExactly(
                        "kill 7",
                        "pause shop",
                        "resume Shop",
                        "reconnect ",
                        "reload",
                        "drain PT30S",
                        "drain PT5S",
                        "drain PT0S");
    }

    @Test
    void a_client_that_is_not_there_cannot_be_killed() {
        assertThat(fixture.query(boss, "KILL 8"))
                .containsExactly(
                        "E V:ERROR C:22023 M:there is no client 8 H:SHOW CLIENTS lists them.",
                        "Z I");
    }

    @Test
    void a_pause_that_does_not_come_to_rest_says_so() {
        fixture.operations.atRest = false;
        assertThat(fixture.query(boss, "PAUSE"))
                .containsExactly(
                        "N V:NOTICE C:00000 M:transactions are still running after 3 s; none begins"
                                + " until RESUME",
                        "C PAUSE",
                        "Z I");
    }

    @Test
    void the_kill_switch_is_the_desks_and_names_who_used_it() {
        assertThat(fixture.query(boss, "OFF 'odd results'")).containsExactly("C OFF", "Z I");
        assertThat(fixture.query(boss, "SHOW FLAGS"))
                .contains("D kill switch|on|t|∅|∅|∅|∅")
                .anyMatch(line -> line.startsWith("D suggestion 12|trial|f|"));
        assertThat(fixture.query(boss, "ON")).containsExactly("C ON", "Z I");
        assertThat(fixture.query(boss, "off")).containsExactly("C OFF", "Z I");
        assertThat(fixture.desk.done)
                .containsExactly(
                        "kill by boss (console): odd results",
                        "revive by boss (console)",
                        "kill by boss (console): no reason given");
    }

    // ---- how it is written

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show version",
                "SHOW VERSION;",
                " Show\n\tVersion ; ; ",
                "/* a /* nested */ note */ show version -- to its end",
                "-- first\nSHOW VERSION"
            })
    void case_blanks_comments_and_semicolons_do_not_matter(String sql) {
        assertThat(fixture.query(boss, sql)).contains("C SHOW").hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SHOW VERSION; SHOW POOLS | 42601 | the console takes one command at a time",
                "KILL | 42601 | usage: KILL id",
                "KILL seven | 42601 | usage: KILL id",
                "KILL 1 2 | 42601 | usage: KILL id",
                "KILL 9999999999999999999 | 42601 | usage: KILL id",
                "KILL $1 | 42P02 | there is no parameter $1",
                "PAUSE a b | 42601 | usage: PAUSE [database]",
                "SHOW POOLS now | 42601 | usage: SHOW POOLS",
                "SHOW \"POOLS\" | 42601 | the console knows no such command",
                "SHOW nothing | 42601 | the console knows no such command",
                "DROP TABLE t | 42601 | the console knows no such command",
                "KILL 'x | 42601 | a quote has no end",
                "/* x | 42601 | a comment has no end",
                "SELECT * FROM t | 0A000 | the console has no tables, and only few functions",
            })
    void what_is_wrong_is_told(String sql, String state, String message) {
        assertThat(fixture.query(boss, sql).getFirst())
                .startsWith("E V:ERROR C:" + state + " M:" + message);
        assertThat(fixture.operations.done).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "-- nothing", " /* */ ; "})
    void nothing_is_answered_with_nothing(String sql) {
        assertThat(fixture.query(boss, sql)).containsExactly("I", "Z I");
    }

    // ---- courtesies

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 | ?column?:23 | 1",
                "select version() | version:25 | PostgreSQL 14.0 (Quern 0.1), the console",
                "SELECT pg_catalog.current_database() AS db | db:25 | quern",
                "SELECT pg_is_in_recovery() | pg_is_in_recovery:16 | f",
                "SELECT pg_backend_pid() | pg_backend_pid:23 | 42",
                "SELECT current_setting('TimeZone') | current_setting:25 | UTC",
                "select current_user | current_user:25 | boss",
                "SHOW server_version_num | server_version_num:25 | 140000",
                "SHOW transaction isolation level | transaction_isolation:25 | read committed",
                "show standard_conforming_strings | standard_conforming_strings:25 | on",
            })
    void drivers_hear_what_they_ask(String sql, String column, String value) {
        assertThat(fixture.query(boss, sql)).contains("T " + column, "D " + value);
    }

    @Test
    void settings_and_transactions_are_smiled_at() {
        assertThat(fixture.query(boss, "SET extra_float_digits = 1"))
                .containsExactly("C SET", "Z I");
        assertThat(fixture.query(boss, "SHOW extra_float_digits")).contains("D 1");
        assertThat(fixture.query(boss, "SET application_name TO 'psql'")).contains("C SET");
        assertThat(fixture.query(boss, "set client_encoding = 'LATIN1'")).contains("C SET");
        assertThat(fixture.query(boss, "show client_encoding")).contains("D UTF8");
        assertThat(fixture.query(boss, "BEGIN")).containsExactly("C BEGIN", "Z T");
        assertThat(fixture.query(boss, "SAVEPOINT a")).containsExactly("C SAVEPOINT", "Z T");
        assertThat(fixture.query(boss, "ROLLBACK TO a")).containsExactly("C ROLLBACK", "Z T");
        assertThat(fixture.query(boss, "COMMIT")).containsExactly("C COMMIT", "Z I");
    }

    // ---- faults

    @Test
    void what_the_advisor_refuses_is_told_and_what_breaks_is_not() {
        fixture.desk.failure = new Refused("Not now.");
        assertThat(fixture.query(boss, "SHOW SUGGESTIONS"))
                .containsExactly("E V:ERROR C:55000 M:Not now.", "Z I");
        fixture.desk.failure = new StoreUnavailable("The store is down.", new Exception());
        assertThat(fixture.query(boss, "SHOW SUGGESTIONS"))
                .containsExactly("E V:ERROR C:58000 M:The store is down.", "Z I");
        fixture.desk.failure = new IllegalStateException("password=hunter2");
        assertThat(fixture.query(boss, "SHOW SUGGESTIONS"))
                .containsExactly(
                        "E V:ERROR C:XX000 M:Quern could not do this; its log says more", "Z I");
    }
}
