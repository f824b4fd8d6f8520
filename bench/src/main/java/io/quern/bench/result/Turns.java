package io.quern.bench.result;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.time.Duration;

/** The options of a benchmark's command that times two forms in turns. */
public final class Turns {
    @Option(
            names = "--rounds",
            description = "how often each form is timed (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            description = "after which a form is stopped (default: ${DEFAULT-VALUE})")
    private int limit;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /**
     * @param limit the default, in seconds
     */
    public Turns(int limit) {
        this.limit = limit;
    }

    /**
     * How often each form is timed.
     *
     * @throws ParameterException if less than once was asked for
     */
    public int rounds() {
        return positive("rounds", rounds);
    }

    /**
     * After which time a form is stopped.
     *
     * @throws ParameterException if none was given
     */
    public Duration limit() {
        return Duration.ofSeconds(positive("limit", limit));
    }

    private int positive(String name, int value) {
        if (value < 1) {
            throw new ParameterException(
                    command.commandLine(), name + " must be positive: " + value);
        }
        return value;
    }
}
