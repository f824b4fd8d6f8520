package io.quern.proxy.console;

import static io.quern.proxy.console.Column.text;
import static io.quern.proxy.console.Outcome.row;

import io.quern.advisor.Desk;
import io.quern.proxy.console.Command.Call;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the console does. The kill switch is the admin page's own and goes into the same audit log;
 * the others change nothing that outlives Quern and leave one line in its log.
 */
final class Actions {
    private static final Logger LOG = LoggerFactory.getLogger(Actions.class);
    private static final String NO_REASON = "no reason given";

    static final List<Column> RELOAD = List.of(text("change"));

    private final Operations operations;
    private final Desk desk;
    private final Supplier<ConsoleSettings> settings;

    Actions(Operations operations, Desk desk, Supplier<ConsoleSettings> settings) {
        this.operations = operations;
        this.desk = desk;
        this.settings = settings;
    }

    Outcome kill(Call call) {
        long id = call.number(0);
        if (!operations.kill(id)) {
            throw new Refusal("22023", "there is no client " + id, "SHOW CLIENTS lists them.");
        }
        LOG.info("Console: {} killed client {}", call.user(), id);
        return Outcome.NOTHING;
    }

    Outcome pause(Call call) throws InterruptedException {
        LOG.info("Console: {} pauses {}", call.user(), what(call));
        Duration patience = settings.get().pausePatience();
        boolean atRest;
        try {
            atRest = operations.pause(call.argument(), patience);
        } catch (InterruptedException e) {
            operations.resume(call.argument());
            LOG.info("Console: {} took the pause of {} back", call.user(), what(call));
            throw e;
        }
        return atRest
                ? Outcome.NOTHING
                : Outcome.notice(
                        "transactions are still running after "
                                + patience.toSeconds()
                                + " s; none begins until RESUME");
    }

    Outcome resume(Call call) {
        operations.resume(call.argument());
        LOG.info("Console: {} resumed {}", call.user(), what(call));
        return Outcome.NOTHING;
    }

    Outcome reconnect(Call call) {
        operations.reconnect(call.argument());
        LOG.info("Console: {} has the backends of {} replaced", call.user(), what(call));
        return Outcome.NOTHING;
    }

    Outcome reload(Call call) {
        LOG.info("Console: {} has the configuration read again", call.user());
        return Outcome.rows(operations.reload().stream().map(line -> row(line)).toList());
    }

    Outcome drain(Call call) {
        Duration patience =
                Duration.ofSeconds(call.number(settings.get().drainPatience().toSeconds()));
        LOG.info("Console: {} drains Quern within {} s", call.user(), patience.toSeconds());
        operations.drain(patience);
        return Outcome.NOTHING;
    }

    Outcome shutdown(Call call) {
        LOG.info("Console: {} shuts Quern down", call.user());
        operations.drain(Duration.ZERO);
        return Outcome.NOTHING;
    }

    Outcome off(Call call) {
        desk.kill(actor(call), call.argument().isBlank() ? NO_REASON : call.argument());
        return Outcome.NOTHING;
    }

    Outcome on(Call call) {
        desk.revive(actor(call));
        return Outcome.NOTHING;
    }

    private static String actor(Call call) {
        return call.user() + " (console)";
    }

    private static String what(Call call) {
        return call.argument().isEmpty()
                ? "all databases"
                : "database " + call.argument().replaceAll("\\p{Cntrl}", "?");
    }
}
