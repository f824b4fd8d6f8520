package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Desk;
import io.quern.proxy.wire.MessageWriter;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The virtual database {@code quern}: what all its sessions share. Thread-safe.
 *
 * <p>A text is first looked up in the table of commands, where the role is checked, then among the
 * courtesies to drivers. What may take time runs on a worker; its session answers, in order, when
 * it has ended.
 */
public final class Console {
    /** The database name by which clients ask for the console. */
    public static final String DATABASE = "quern";

    private final Commands commands;
    private final Supplier<ConsoleSettings> settings;
    private final Executor workers;

    /** The way back to one client; all is called on its event loop. */
    public interface Reply {

        /** Sends messages; the writer's bytes are only good during the call. */
        void send(MessageWriter messages);

        /**
         * Whether more messages are wanted now. They are not while a command is under way, lest
         * they pile up; those that come all the same are kept, up to a bound.
         */
        void reading(boolean wanted);

        /** Closes the connection once all is sent. */
        void close();
    }

    /**
     * @param counts what Quern counts
     * @param shown the configuration in force, without secrets
     * @param settings who may do what; read anew at every command
     * @param workers runs what may take time; a thread for each task, or many
     * @param clock says when Quern started
     */
    public Console(
            Operations operations,
            Desk desk,
            Tallies counts,
            Supplier<List<Setting>> shown,
            Supplier<ConsoleSettings> settings,
            Executor workers,
            InstantSource clock) {
        this.settings = requireNonNull(settings, "settings");
        this.workers = requireNonNull(workers, "workers");
        this.commands =
                new Commands(
                        new WireViews(operations),
                        new AdvisorViews(desk),
                        new CountViews(counts, shown, settings, clock.instant()),
                        new Actions(operations, desk, settings));
    }

    /**
     * Opens the session of a client that logged in. AuthenticationOk must not be sent yet: the
     * session's welcome holds it. A user who may not use the console hears so and is closed.
     *
     * @param processId what BackendKeyData tells
     * @param secret the rest of BackendKeyData
     * @param loop the client's event loop: all of the session is used there only
     */
    public Optional<ConsoleSession> open(
            String user, int processId, byte[] secret, Executor loop, Reply reply) {
        if (settings.get().role(user).isEmpty()) {
            AnswerWriter out = new AnswerWriter();
            out.fatal(
                    "28000",
                    "this role may not use the console: name it in quern.console.admins or"
                            + " quern.console.stats");
            reply.send(out.messages());
            reply.close();
            return Optional.empty();
        }
        Courtesies courtesies = new Courtesies(user, processId, settings.get().version());
        ConsoleSession session =
                new ConsoleSession(
                        sql -> plan(user, courtesies, sql), courtesies, workers, loop, reply);
        session.welcome(processId, secret);
        return Optional.of(session);
    }

    /**
     * Makes a plan of a text.
     *
     * @throws Refusal if it cannot be done or not by this user
     */
    private Plan plan(String user, Courtesies courtesies, String sql) {
        List<Token> tokens = Token.of(sql);
        if (tokens.isEmpty()) {
            return Plan.EMPTY;
        }
        Role role =
                settings.get()
                        .role(user)
                        .orElseThrow(
                                () -> new Refusal("42501", "this role may not use the console"));
        return commands.plan(user, role, tokens)
                .or(() -> courtesies.plan(tokens))
                .orElseThrow(() -> Refusal.syntax("the console knows no such command"));
    }

    /** The rows of the table of commands. */
    List<Command> commands() {
        return commands.table();
    }
}
