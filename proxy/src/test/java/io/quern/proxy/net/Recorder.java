package io.quern.proxy.net;

import io.quern.advisor.Execution;
import io.quern.advisor.Sighting;
import io.quern.advisor.Watcher;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A watcher and signals that keep what they were told. */
public final class Recorder implements Watcher, Signals {
    private final List<Execution> executions = new CopyOnWriteArrayList<>();
    private final List<String> changed = new CopyOnWriteArrayList<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    public List<Execution> executions() {
        return List.copyOf(executions);
    }

    public List<String> changedCatalogs() {
        return List.copyOf(changed);
    }

    /** {@code id: reason}. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    public void clear() {
        executions.clear();
        changed.clear();
        refusals.clear();
    }

    @Override
    public boolean executed(Execution execution) {
        return executions.add(execution);
    }

    @Override
    public boolean sighted(Sighting sighting) {
        return true;
    }

    @Override
    public void catalogChanged(String database) {
        changed.add(database);
    }

    @Override
    public void refused(long suggestion, String reason) {
        refusals.add(suggestion + ": " + reason);
    }
}
