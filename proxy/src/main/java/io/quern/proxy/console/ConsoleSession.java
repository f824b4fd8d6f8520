package io.quern.proxy.console;

import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;
import io.quern.proxy.console.Plan.Pace;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One client of the console. Not thread-safe: it lives on the client's event loop, but for {@link
 * #cancel}.
 *
 * <p>Answers come in the order of the messages. While a command runs on a worker, the messages
 * behind it wait. After an error in the extended protocol everything up to Sync is skipped, as
 * PostgreSQL does.
 */
public final class ConsoleSession {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_WAITING_BYTES = 256 * 1024;

    private static final class Message {
        private final byte type;
        private final byte[] body;

        Message(byte type, byte[] body) {
            this.type = type;
            this.body = body;
        }
    }

    private final Function<String, Plan> planner;
    private final Courtesies courtesies;
    private final Executor workers;
    private final Executor loop;
    private final Console.Reply reply;
    private final AnswerWriter out = new AnswerWriter();
    private final Extended extended;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean skipping;
    private boolean closed;

    /** With what it ends after the command under way; null: it goes on. */
    private @Nullable Refusal farewell;

    private volatile @Nullable Errand errand;

    ConsoleSession(
            Function<String, Plan> planner,
            Courtesies courtesies,
            Executor workers,
            Executor loop,
            Console.Reply reply) {
        this.planner = planner;
        this.courtesies = courtesies;
        this.workers = workers;
        this.loop = loop;
        this.reply = reply;
        this.extended = new Extended(planner, out);
    }

    void welcome(int processId, byte[] secret) {
        out.authenticationOk();
        for (String name :
                List.of(
                        "application_name",
                        "client_encoding",
                        "DateStyle",
                        "default_transaction_read_only",
                        "in_hot_standby",
                        "integer_datetimes",
                        "IntervalStyle",
                        "is_superuser",
                        "server_encoding",
                        "server_version",
                        "session_authorization",
                        "standard_conforming_strings",
                        "TimeZone")) {
            String value = courtesies.setting(name);
            out.parameter(name, value == null ? "" : value);
        }
        out.keyData(processId, secret);
        out.ready(courtesies.status());
        flush();
    }

    /** Takes one whole message of the client. Never throws. */
    public void received(byte type, byte[] body) {
        if (closed) {
            return;
        }
        if (errand != null) {
            if (type == Frontend.TERMINATE) {
                closed();
                reply.close();
                return;
            }
            waitingBytes += body.length + 16;
            waiting.add(new Message(type, body));
            if (waitingBytes > MAX_WAITING_BYTES) {
                end("54000", "too many commands wait for the one under way");
            }
            return;
        }
        handle(type, body);
        flush();
    }

    /** The client asked, by a connection of its own, to cancel what runs. From any thread. */
    public void cancel() {
        Errand running = errand;
        if (running != null) {
            running.takeBack();
        }
    }

    /** The connection is gone; what waits is taken back. */
    public void closed() {
        closed = true;
        waiting.clear();
        cancel();
    }

    private void handle(byte type, byte[] body) {
        if (skipping && type != Frontend.SYNC && type != Frontend.TERMINATE) {
            return;
        }
        try {
            if (body.length > MAX_BODY) {
                throw new Refusal("54000", "a command is longer than " + MAX_BODY + " bytes");
            }
            message(type, new MessageReader().over(body, 0, body.length));
        } catch (ProtocolViolation e) {
            failed(type, new Refusal("08P01", String.valueOf(e.getMessage())));
        } catch (Refusal e) {
            failed(type, e);
        }
    }

    private void message(byte type, MessageReader in) {
        switch (type) {
            case Frontend.QUERY -> query(in.string());
            case Frontend.PARSE -> extended.parse(in);
            case Frontend.BIND -> extended.bind(in);
            case Frontend.DESCRIBE -> extended.describe(in);
            case Frontend.EXECUTE -> execute(in);
            case Frontend.CLOSE -> extended.close(in);
            case Frontend.FLUSH -> {}
            case Frontend.SYNC -> {
                skipping = false;
                if (courtesies.status() == 'I') {
                    extended.endTransaction();
                }
                out.ready(courtesies.status());
            }
            case Frontend.FUNCTION_CALL ->
                    throw new Refusal(
                            "0A000", "the console has no functions to call", Refusal.HINT);
            // the remains of a COPY that failed; PostgreSQL ignores them too
            case Frontend.COPY_DATA, Frontend.COPY_DONE, Frontend.COPY_FAIL -> {}
            case Frontend.TERMINATE -> {
                closed();
                reply.close();
            }
            default -> end("08P01", "invalid frontend message type " + (type & 0xFF));
        }
    }

    private void failed(byte type, Refusal refusal) {
        out.error(refusal);
        switch (type) {
            case Frontend.QUERY, Frontend.FUNCTION_CALL -> out.ready(courtesies.status());
            case Frontend.SYNC -> {}
            default -> skipping = true;
        }
    }

    private void query(String sql) {
        Plan plan = planner.apply(sql);
        if (!plan.parameters().isEmpty()) {
            throw new Refusal("42P02", "there is no parameter $1");
        }
        run(
                plan,
                List.of(),
                Frontend.QUERY,
                outcome -> {
                    outcome.notices().forEach(out::notice);
                    if (plan.empty()) {
                        out.bare(Backend.EMPTY_QUERY_RESPONSE);
                    } else {
                        if (!plan.columns().isEmpty()) {
                            out.columns(plan.columns(), Formats.TEXT);
                        }
                        for (List<@Nullable Object> row : outcome.rows()) {
                            out.row(plan.columns(), row, Formats.TEXT);
                        }
                        out.complete(plan.tag());
                    }
                    out.ready(courtesies.status());
                });
    }

    private void execute(MessageReader in) {
        Portal portal = extended.portal(in.string());
        int limit = in.int32();
        Plan plan = portal.plan();
        if (portal.started()) {
            portal.answer(out, limit);
            return;
        }
        run(
                plan,
                portal.values(),
                Frontend.EXECUTE,
                outcome -> {
                    outcome.notices().forEach(out::notice);
                    portal.start(outcome);
                    portal.answer(out, limit);
                });
    }

    /** Runs a plan here or on a worker; what it brought, or why it did not, is answered here. */
    private void run(
            Plan plan, List<@Nullable String> values, byte type, Consumer<Outcome> answer) {
        if (plan.pace() == Pace.AT_ONCE) {
            answered(type, () -> answer.accept(plan.step().run(values)));
            return;
        }
        Errand started =
                new Errand(plan, values, ended -> loop.execute(() -> ended(type, ended, answer)));
        errand = started;
        // behind a command that may be taken back, one reads on: to notice that its client left
        reply.reading(plan.pace() == Pace.WAITING);
        try {
            workers.execute(started);
        } catch (RejectedExecutionException e) {
            errand = null;
            reply.reading(true);
            throw new Refusal("57P01", "Quern is stopping");
        }
    }

    private void ended(byte type, Errand done, Consumer<Outcome> answer) {
        errand = null;
        if (closed) {
            return;
        }
        answered(type, () -> answer.accept(done.outcome()));
        flush();
        Refusal end = farewell;
        if (end != null) {
            end(end.sqlState(), end.message());
        }
        while (!closed && errand == null && !waiting.isEmpty()) {
            Message next = waiting.remove();
            waitingBytes -= next.body.length + 16;
            handle(next.type, next.body);
            flush();
        }
        if (!closed && errand == null) {
            reply.reading(true);
        }
    }

    /** Something that may fail in the ways of the advisor's and the wire's rooms. */
    private interface Attempt {
        void run() throws InterruptedException;
    }

    private void answered(byte type, Attempt attempt) {
        try {
            attempt.run();
        } catch (Refusal e) {
            failed(type, e);
        } catch (InterruptedException e) {
            failed(type, new Refusal("57014", "canceling statement due to user request"));
        } catch (Refused e) {
            failed(type, new Refusal("55000", String.valueOf(e.getMessage())));
        } catch (StoreUnavailable e) {
            failed(type, new Refusal("58000", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // never the message, which may quote what nobody should read
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "The console failed with {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            failed(type, new Refusal("XX000", "Quern could not do this; its log says more"));
        }
    }

    private void end(String sqlState, String message) {
        out.fatal(sqlState, message);
        flush();
        closed();
        reply.close();
    }

    /** Ends the session when the command under way, if there is one, is answered. */
    public void endSoon(String sqlState, String message) {
        if (closed) {
            return;
        }
        if (errand == null) {
            end(sqlState, message);
        } else {
            waiting.clear();
            farewell = new Refusal(sqlState, message);
        }
    }

    private void flush() {
        if (out.messages().length() > 0) {
            reply.send(out.messages());
            out.clear();
        }
    }
}
