package io.quern.bench.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How to start another JVM like this one. */
public final class Jvm {
    private Jvm() {}

    /** This JVM's own options, but for what only one process can use. */
    public static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent") && !option.contains("AOT"))
                .toList();
    }

    /** A command that runs a class with this JVM's own options and class path. */
    public static List<String> like(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** The launcher this JVM was started by, if it was. */
    public static Optional<Path> launcher() {
        return Optional.ofNullable(System.getProperty("quern.home"))
                .map(home -> Path.of(home, "quern"))
                .filter(Files::isExecutable);
    }
}
