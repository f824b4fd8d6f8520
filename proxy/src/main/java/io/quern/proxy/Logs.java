package io.quern.proxy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;

import org.slf4j.LoggerFactory;

import java.util.Iterator;

/**
 * How Quern's log is written, set when the configuration is known: until then it is text. What
 * logback.xml says of levels and destinations stays. Thread-safe.
 */
final class Logs {

    /** The form of a line. */
    enum Format {
        /** For people. */
        TEXT,
        /** An object with timestamp, level, thread, logger, message and stack a line. */
        JSON
    }

    private Logs() {}

    /** Writes all that follows in a format; going back to text needs a restart. */
    static void write(Format format) {
        write(format, context());
    }

    static synchronized void write(Format format, LoggerContext context) {
        if (format == Format.TEXT) {
            return;
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
        while (appenders.hasNext()) {
            if (appenders.next() instanceof OutputStreamAppender<ILoggingEvent> appender) {
                Encoder<ILoggingEvent> encoder = json(context);
                encoder.start();
                appender.setEncoder(encoder);
            }
        }
    }

    /** Sets the level of Quern's own lines: ERROR, WARN, INFO, DEBUG or TRACE. */
    static void level(String level) {
        level(level, context());
    }

    static void level(String level, LoggerContext context) {
        context.getLogger("io.quern").setLevel(Level.toLevel(level, Level.INFO));
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithFormattedMessage(true);
        // the pattern and its arguments would say the same again
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithContext(false);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithMDC(false);
        return encoder;
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
