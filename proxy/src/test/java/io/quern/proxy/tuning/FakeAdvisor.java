package io.quern.proxy.tuning;

import io.quern.advisor.Execution;
import io.quern.advisor.Sighting;
import io.quern.advisor.Treatment;
import io.quern.advisor.Treatments;
import io.quern.advisor.Watcher;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** An advisor and a resolver queue that do what a test says, when it says. */
final class FakeAdvisor implements Treatments, Watcher, Executor {
    boolean enabled = true;
    long generation = 1;
    boolean full;
    int resolved;
    Function<Sighting, Optional<Treatment>> answer = s -> Optional.empty();
    final List<Sighting> sighted = new ArrayList<>();
    final ArrayDeque<Runnable> queue = new ArrayDeque<>();

    void runQueued() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            task.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        if (full) {
            throw new RejectedExecutionException("full");
        }
        queue.add(task);
    }

    @Override
    public boolean enabled() {
        return enabled;
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public Optional<Treatment> resolve(Sighting sighting) {
        resolved++;
        return answer.apply(sighting);
    }

    @Override
    public void refuse(long suggestion, String reason) {}

    @Override
    public boolean executed(Execution execution) {
        return true;
    }

    @Override
    public boolean sighted(Sighting sighting) {
        sighted.add(sighting);
        return true;
    }
}
