package io.quern.proxy.console;

import static io.quern.proxy.console.Column.bool;
import static io.quern.proxy.console.Column.int8;
import static io.quern.proxy.console.Column.text;
import static io.quern.proxy.console.Column.timestamptz;
import static io.quern.proxy.console.Outcome.row;

import io.quern.proxy.console.Command.Call;

import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What the console shows of Quern itself: its counts, settings and version. */
final class CountViews {
    static final List<Column> STATS = List.of(text("name"), int8("value"), text("description"));
    static final List<Column> MISHAPS = List.of(text("kind"), int8("count"));
    static final List<Column> CONFIG = List.of(text("name"), text("value"), bool("live"));
    static final List<Column> VERSION = List.of(text("version"), timestamptz("started"));

    private final Tallies tallies;
    private final Supplier<List<Setting>> settings;
    private final Supplier<ConsoleSettings> console;
    private final Instant started;

    CountViews(
            Tallies tallies,
            Supplier<List<Setting>> settings,
            Supplier<ConsoleSettings> console,
            Instant started) {
        this.tallies = tallies;
        this.settings = settings;
        this.console = console;
        this.started = started;
    }

    Outcome stats(Call call) {
        return Outcome.rows(
                tallies.figures().entrySet().stream()
                        .map(
                                entry ->
                                        row(
                                                entry.getKey().meter(),
                                                entry.getValue().getAsLong(),
                                                entry.getKey().help()))
                        .toList());
    }

    Outcome mishaps(Call call) {
        return Outcome.rows(
                new TreeMap<>(tallies.mishaps().get())
                        .entrySet().stream()
                                .map(entry -> row(entry.getKey(), entry.getValue()))
                                .toList());
    }

    Outcome config(Call call) {
        return Outcome.rows(
                settings.get().stream()
                        .map(setting -> row(setting.name(), setting.value(), setting.live()))
                        .toList());
    }

    Outcome version(Call call) {
        return Outcome.rows(List.of(row("Quern " + console.get().version(), started)));
    }
}
