package io.quern.proxy.console;

import io.quern.proxy.console.Plan.Pace;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/** A plan on its way through a worker. Taking it back is a matter of any thread. */
final class Errand implements Runnable {
    private final Plan plan;
    private final List<@Nullable String> values;
    private final Consumer<Errand> ended;
    private @Nullable Thread runner;
    private boolean takenBack;
    private Outcome outcome = Outcome.NOTHING;
    private @Nullable Throwable failure;

    /**
     * @param ended called on the worker's thread at the end, however it came
     */
    Errand(Plan plan, List<@Nullable String> values, Consumer<Errand> ended) {
        this.plan = plan;
        this.values = values;
        this.ended = ended;
    }

    @Override
    public void run() {
        try {
            begin();
            outcome = plan.step().run(values);
        } catch (Throwable e) {
            failure = e;
        } finally {
            end();
        }
        ended.accept(this);
    }

    /** Interrupts a plan that may be taken back; any other runs to its end. */
    synchronized void takeBack() {
        takenBack = plan.pace() == Pace.WAITING;
        if (takenBack && runner != null) {
            runner.interrupt();
        }
    }

    private synchronized void begin() throws InterruptedException {
        if (takenBack) {
            throw new InterruptedException();
        }
        runner = Thread.currentThread();
    }

    private synchronized void end() {
        runner = null;
        if (takenBack) {
            // the worker's next task is not to be interrupted
            Thread.interrupted();
        }
    }

    /** What it brought; called after the end, having been told of it. */
    Outcome outcome() throws InterruptedException {
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure.getClass().getName());
        }
        return outcome;
    }
}
