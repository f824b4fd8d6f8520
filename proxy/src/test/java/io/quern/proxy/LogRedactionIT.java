package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Nothing a user wrote is logged, at any level of Quern's own, whatever goes wrong with it. */
class LogRedactionIT {
    private static final String MARK = "hunter2";

    private final Logger own = (Logger) LoggerFactory.getLogger("io.quern");
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    IThrowableProxy thrown = event.getThrowableProxy();
                    lines.add(
                            event.getLoggerName()
                                    + " "
                                    + event.getFormattedMessage()
                                    + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
                }
            };
    private Level before;

    @BeforeEach
    void listen() {
        before = own.getLevel();
        own.setLevel(Level.TRACE);
        appender.setContext(own.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(appender);
        own.setLevel(before);
    }

    @Test
    void statements_values_and_passwords_stay_out_of_the_log() throws Exception {
        try (QuernFixture house =
                QuernFixture.open(QuernFixture.optimizer(), QuernFixture::without, Map.of())) {
            for (String mode : List.of("simple", "extended")) {
                try (Connection session = house.connect("preferQueryMode=" + mode);
                        Statement statement = session.createStatement()) {
                    useAndMisuse(session, statement);
                }
            }
            assertThatThrownBy(
                            () ->
                                    DriverManager.getConnection(
                                            "jdbc:postgresql://127.0.0.1:"
                                                    + house.port()
                                                    + "/nowhere",
                                            "nobody",
                                            MARK))
                    .isInstanceOf(SQLException.class);
            await().atMost(QuernFixture.PATIENCE)
                    .until(
                            () ->
                                    house.quern.desk().templates(100).stream()
                                            .anyMatch(t -> t.template().text().contains("visit")));
        }
        assertThat(lines).isNotEmpty().noneMatch(line -> line.contains(MARK));
    }

    private static void useAndMisuse(Connection session, Statement statement) throws SQLException {
        statement.execute("SELECT count(*) AS " + MARK + " FROM visit WHERE 'x' = '" + MARK + "'");
        fails(statement, "SELEC '" + MARK + "'");
        fails(statement, "SELECT * FROM " + MARK);
        fails(statement, "SELECT '" + MARK + "'::int");
        fails(statement, "DO $$ BEGIN RAISE EXCEPTION '" + MARK + "'; END $$");
        statement.execute("DO $$ BEGIN RAISE WARNING '" + MARK + "'; END $$");
        statement.execute("CREATE TABLE IF NOT EXISTS once (name text PRIMARY KEY)");
        statement.execute("INSERT INTO once VALUES ('" + MARK + "') ON CONFLICT DO NOTHING");
        fails(statement, "INSERT INTO once VALUES ('" + MARK + "')");
        fails(statement, "SELECT '" + MARK + "' /* '" + "x".repeat(100_000));
        statement.execute("SET application_name = '" + MARK + "'");
        statement.execute("COMMENT ON TABLE once IS '" + MARK + "'");
        try (PreparedStatement prepared =
                session.prepareStatement("SELECT count(*) FROM visit WHERE shop::text = ?")) {
            for (int i = 0; i < 8; i++) {
                prepared.setString(1, MARK + i);
                prepared.executeQuery().close();
            }
        }
    }

    private static void fails(Statement statement, String sql) {
        assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
    }
}
