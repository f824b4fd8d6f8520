package io.quern.proxy;

import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;
import io.quern.proxy.config.InvalidConfiguration;

import picocli.CommandLine;

import java.io.IOException;

/**
 * How every command of Quern ends: results on stdout, one clear line on stderr for what went wrong,
 * and an exit code: 0 done, 1 it did not happen, 2 bad usage, configuration or surroundings.
 */
public final class Cli {
    private Cli() {}

    /** Runs a command line and returns its exit code. */
    public static int run(CommandLine line, String... args) {
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(
                (failure, arguments) -> {
                    CommandLine command = failure.getCommandLine();
                    say(command, firstLine(failure) + " (try '" + name(command) + " --help')");
                    return CommandLine.ExitCode.USAGE;
                });
        line.setExecutionExceptionHandler(
                (failure, command, result) -> {
                    say(command, firstLine(failure));
                    return operators(failure)
                            ? CommandLine.ExitCode.USAGE
                            : CommandLine.ExitCode.SOFTWARE;
                });
        if (args.length == 0) {
            say(
                    line,
                    "name a command: demo, serve, rewrite, verify, report or bench (try 'quern --help')");
            return CommandLine.ExitCode.USAGE;
        }
        return line.execute(args);
    }

    /** Whether the operator, not Quern, can mend it. */
    private static boolean operators(Exception failure) {
        return failure instanceof InvalidConfiguration
                || failure instanceof StoreUnavailable
                || failure instanceof Refused
                || failure instanceof IOException;
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private static void say(CommandLine command, String line) {
        command.getErr().println("quern: " + line);
        command.getErr().flush();
    }

    private static String firstLine(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElseThrow();
    }
}
