package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EchoEncoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.List;

class LogsTest {

    @Test
    void a_line_of_json_is_an_object() throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(new EchoEncoder<>());
        appender.setOutputStream(out);
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        Logs.write(Logs.Format.JSON, context);
        Logger log = context.getLogger("io.quern.some.Room");
        log.info("Serving \"{}\" at\n{}", "shop", 6432);
        log.warn("failed", new IllegalStateException("why"));
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.getFirst());
        assertThat(first.get("level").asText()).isEqualTo("INFO");
        assertThat(first.get("loggerName").asText()).isEqualTo("io.quern.some.Room");
        assertThat(first.get("formattedMessage").asText()).isEqualTo("Serving \"shop\" at\n6432");
        assertThat(first.get("timestamp").asLong()).isPositive();
        assertThat(
                        new ObjectMapper()
                                .readTree(lines.get(1))
                                .get("throwable")
                                .get("message")
                                .asText())
                .isEqualTo("why");
    }

    @Test
    void the_level_is_of_quern_alone() {
        LoggerContext context = new LoggerContext();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        Logs.level("debug", context);
        assertThat(context.getLogger("io.quern.proxy.net.Relay").isDebugEnabled()).isTrue();
        assertThat(context.getLogger("com.zaxxer.hikari").isInfoEnabled()).isFalse();
        Logs.level("nonsense", context);
        assertThat(context.getLogger("io.quern").getLevel()).isEqualTo(Level.INFO);
    }
}
