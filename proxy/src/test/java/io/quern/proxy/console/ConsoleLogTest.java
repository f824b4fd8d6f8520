package io.quern.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.quern.proxy.wire.Frontend;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is typed into the console stays out of the log; who acted does not. */
class ConsoleLogTest {
    private static final String MARK = "hunter2";

    private final Logger own = (Logger) LoggerFactory.getLogger("io.quern.proxy.console");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ConsoleFixture fixture = ConsoleFixture.direct();
    private final ConsoleSession boss = fixture.greeted("boss");

    @BeforeEach
    void listen() {
        own.setLevel(Level.TRACE);
        lines.setContext(own.getLoggerContext());
        lines.start();
        own.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        own.detachAppender(lines);
        own.setLevel(null);
    }

    @Test
    void texts_and_values_are_not_logged() {
        fixture.desk.failure = new IllegalStateException(MARK);
        for (String sql :
                new String[] {
                    MARK,
                    "SELECT '" + MARK + "'",
                    "SELECT '" + MARK,
                    "SET application_name = '" + MARK + "'",
                    "OFF '" + MARK + "'",
                    "KILL " + MARK,
                    "SHOW SUGGESTIONS -- " + MARK
                }) {
            fixture.query(boss, sql);
        }
        fixture.send(
                boss,
                out -> {
                    out.parse(MARK.getBytes(UTF_8), "KILL $1".getBytes(UTF_8), new int[0]);
                    out.bind(MARK.getBytes(UTF_8), MARK.getBytes(UTF_8)).sync();
                });
        boss.received(Frontend.FUNCTION_CALL, MARK.getBytes(UTF_8));
        assertThat(lines.list)
                .isNotEmpty()
                .allSatisfy(
                        event -> {
                            assertThat(event.getFormattedMessage()).doesNotContain(MARK);
                            assertThat(event.getThrowableProxy()).isNull();
                        });
    }

    @Test
    void an_action_leaves_a_line_that_is_one_line() {
        fixture.query(boss, "RESUME \"a\nERROR forged\"");
        assertThat(lines.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("Console: boss resumed database a?ERROR forged");
    }
}
