package io.quern.proxy.auth;

import io.quern.proxy.wire.MessageWriter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * One login between the client's event loop and the workers. The event loop owns it; a worker has
 * the questioning while {@link State#WORKING}, and only then. Once over, nothing happens any more.
 */
final class RunningLogin implements Authenticator.Login {
    private static final Logger LOG = LoggerFactory.getLogger(RunningLogin.class);

    private static final int FRAMES_LOGGED = 5;

    private enum State {
        WORKING,
        ASKED,
        OVER
    }

    private final Questioning questioning;
    private final Executor workers;
    private final Executor loop;
    private final Authenticator.Hearer hearer;

    /** Written on the event loop; a worker that reads OVER spares itself the work. */
    private volatile State state = State.WORKING;

    RunningLogin(
            Questioning questioning, Executor workers, Executor loop, Authenticator.Hearer hearer) {
        this.questioning = questioning;
        this.workers = workers;
        this.loop = loop;
        this.hearer = hearer;
    }

    void begin() {
        work(questioning::begin);
    }

    @Override
    public void received(byte[] body) {
        switch (state) {
            case OVER -> {}
            case WORKING -> refuse("08P01", "a message came before it was asked for");
            case ASKED -> {
                if (body.length > questioning.longestAnswer()) {
                    refuse("08P01", "invalid message length");
                } else {
                    state = State.WORKING;
                    work(out -> questioning.received(body, out));
                }
            }
        }
    }

    @Override
    public void abandoned() {
        state = State.OVER;
    }

    private void work(Function<MessageWriter, Outcome> step) {
        try {
            workers.execute(() -> answer(step));
        } catch (RejectedExecutionException stopping) {
            later(
                    new MessageWriter(),
                    new Outcome.Refused(
                            "57P01", "terminating connection due to administrator command"));
        }
    }

    /** On a worker. */
    private void answer(Function<MessageWriter, Outcome> step) {
        if (state == State.OVER) {
            return;
        }
        MessageWriter out = new MessageWriter();
        Outcome outcome;
        try {
            outcome = step.apply(out);
        } catch (RuntimeException fault) {
            // its message may hold anything
            LOG.error(
                    "A login failed in Quern: {} at {}",
                    fault.getClass().getName(),
                    Arrays.stream(fault.getStackTrace()).limit(FRAMES_LOGGED).toList());
            out.clear();
            outcome = new Outcome.Refused("XX000", "Quern could not conduct the login");
        }
        later(out, outcome);
    }

    private void later(MessageWriter out, Outcome outcome) {
        try {
            loop.execute(() -> tell(out, outcome));
        } catch (RejectedExecutionException stopping) {
            LOG.debug("A login ends with its event loop");
        }
    }

    private void tell(MessageWriter out, Outcome outcome) {
        if (state == State.OVER) {
            return;
        }
        state = State.ASKED;
        if (out.length() > 0) {
            hearer.send(out);
        }
        if (state == State.OVER || outcome instanceof Outcome.Asked) {
            return; // the client left while it was written to
        }
        state = State.OVER;
        switch (outcome) {
            case Outcome.Proven proven -> hearer.admitted(proven.credentials());
            case Outcome.Refused refused -> hearer.refused(refused.sqlState(), refused.message());
            case Outcome.Asked _, Outcome.Wrong _ ->
                    throw new IllegalStateException("the login is not over");
        }
    }

    private void refuse(String sqlState, String message) {
        state = State.OVER;
        hearer.refused(sqlState, message);
    }
}
