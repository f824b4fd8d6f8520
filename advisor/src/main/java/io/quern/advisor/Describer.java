package io.quern.advisor;

import io.quern.optimizer.Statement;

import java.util.List;

/** Asks PostgreSQL itself what a statement's parameters and results are. Blocks on the network. */
public interface Describer {

    /**
     * What PostgreSQL says of a statement.
     *
     * @param parameterTypes the resolved type OID of each parameter
     * @param resultTypes the type OID of each result column, in order; empty where it returns no
     *     rows
     */
    record Shape(List<Integer> parameterTypes, List<Integer> resultTypes) {
        public Shape {
            parameterTypes = List.copyOf(parameterTypes);
            resultTypes = List.copyOf(resultTypes);
        }
    }

    /**
     * Prepares a statement under a {@code search_path} and throws it away again; nothing is
     * executed.
     *
     * @throws Refused if PostgreSQL does not accept it or cannot be reached
     */
    Shape describe(String database, String searchPath, Statement statement);
}
