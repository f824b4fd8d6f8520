package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Databases that do not speak UTF-8: a client is spoken to as PostgreSQL itself would. */
class EncodingsIT {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final Map<Mode, ProxyFixture> HOUSES = new EnumMap<>(Mode.class);

    @BeforeAll
    static void open() throws SQLException {
        try (Connection direct = SERVER.connect("postgres");
                Statement statement = direct.createStatement()) {
            for (String encoding : List.of("LATIN1", "SQL_ASCII")) {
                statement.execute("DROP DATABASE IF EXISTS in_" + encoding);
                statement.execute(
                        "CREATE DATABASE in_"
                                + encoding
                                + " ENCODING '"
                                + encoding
                                + "' LOCALE 'C' TEMPLATE template0");
            }
        }
        for (Mode mode : Mode.values()) {
            HOUSES.put(mode, mode.open());
        }
    }

    @AfterAll
    static void close() {
        HOUSES.values().forEach(ProxyFixture::close);
    }

    private static ProxyFixture house(Mode mode) {
        return requireNonNull(HOUSES.get(mode));
    }

    /** A client that has logged in, and what it was told of its encoding then. */
    private record Guest(WireClient wire, String told) implements AutoCloseable {

        /** What a query gives, one char for each byte. */
        String value(String sql) throws IOException {
            wire.send(out -> out.query(sql.getBytes(ISO_8859_1)));
            return wire.untilReady().stream()
                    .filter(m -> m.type() == 'D')
                    .findFirst()
                    .orElseThrow()
                    .values()
                    .getFirst();
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    private static Guest guest(int port, String database, String encoding) throws IOException {
        WireClient wire = new WireClient(port);
        if (encoding.isEmpty()) {
            wire.startup(SERVER.user(), database);
        } else {
            wire.startup(
                    WireClient.PROTOCOL_3_0,
                    "user",
                    SERVER.user(),
                    "database",
                    database,
                    "client_encoding",
                    encoding);
        }
        wire.authenticate(SERVER.password());
        String told =
                wire.untilReady().stream()
                        .map(WireClient.Message::text)
                        .filter(text -> text.startsWith("client_encoding|"))
                        .findFirst()
                        .orElse("");
        return new Guest(wire, told);
    }

    @ParameterizedTest
    @CsvSource({
        "in_latin1, ''",
        "in_latin1, UTF8",
        "in_sql_ascii, ''",
        "in_sql_ascii, LATIN1",
        "postgres, ''",
        "postgres, LATIN1"
    })
    void bytesMeanWhatTheyMeanToPostgreSql(String database, String encoding) throws Exception {
        for (Mode mode : Mode.values()) {
            try (Guest direct = guest(SERVER.port(), database, encoding);
                    Guest here = guest(house(mode).port(), database, encoding);
                    Guest other = guest(house(mode).port(), database, "UTF8")) {
                assertThat(here.told()).as("%s", mode).isEqualTo(direct.told());
                // é in UTF-8, which is two characters of LATIN1
                for (String sql :
                        List.of(
                                "SHOW client_encoding",
                                "SELECT length('Ã©')",
                                "SELECT 'Ã©'",
                                "SELECT chr(65) || set_config('quern.word', 'Ã©', false)",
                                "SELECT current_setting('quern.word')")) {
                    String wanted = direct.value(sql);
                    assertThat(here.value(sql)).as("%s: %s", mode, sql).isEqualTo(wanted);
                    // on the same backend perhaps
                    assertThat(other.value("SHOW client_encoding")).isEqualTo("UTF8");
                }
            }
        }
    }
}
