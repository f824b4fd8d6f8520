package io.quern.optimizer.catalog;

import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * How PostgreSQL is made to show its analysis of a statement, for whoever has a connection: under
 * {@link #SETTINGS} it answers PREPARE with messages that hold the tree in their details. These
 * settings are for a server of Quern's own; elsewhere they would fill the server's log.
 */
public final class PrintedTree {
    /** What the session must be set to. */
    public static final List<String> SETTINGS =
            List.of(
                    "SET client_min_messages = log",
                    "SET debug_pretty_print = off",
                    "SET debug_print_parse = on");

    private static final long UNKNOWN = 705;

    private PrintedTree() {}

    /** What stands in front of a statement that is prepared under a name. */
    public static String prefix(String name, Statement statement, SystemCatalog system) {
        if (statement.parameterTypes().isEmpty()) {
            return "PREPARE " + name + " AS ";
        }
        var types = new StringJoiner(", ", "PREPARE " + name + " (", ") AS ");
        for (int oid : statement.parameterTypes()) {
            types.add(
                    system.type(oid == 0 ? UNKNOWN : oid)
                            .map(SystemCatalog.Type::name)
                            .map(QualifiedName::quoted)
                            .orElse("unknown"));
        }
        return types.toString();
    }

    /**
     * What stands behind it, in the same message, on a line of its own: it may end in a comment.
     */
    public static String suffix(String name) {
        return "\n;DEALLOCATE " + name;
    }

    /** The bytes of a prefix, by which the tree's locations are off. */
    public static int offset(String prefix) {
        return prefix.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The tree among the details of the messages; PREPARE itself is a utility statement. */
    public static Optional<String> among(List<String> details) {
        return details.stream()
                .map(String::strip)
                .filter(d -> d.startsWith("{QUERY ") && !utility(d))
                .findFirst();
    }

    private static boolean utility(String detail) {
        return detail.startsWith("{QUERY :commandType 6")
                || detail.startsWith("{QUERY :commandType 7");
    }
}
