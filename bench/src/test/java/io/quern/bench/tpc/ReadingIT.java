package io.quern.bench.tpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every statement is parsed and resolved. */
class ReadingIT {
    private static final PostgresServer SERVER = PostgresServer.shared();

    @ParameterizedTest
    @MethodSource("all")
    void everyStatementIsRead(Suite suite) throws Exception {
        String database = SERVER.createDatabase();
        Map<String, String> unread = new TreeMap<>();
        try (Connection connection = SERVER.connect(database)) {
            new Loader(connection).declare(suite);
            Context context = context(database);
            var analyzer = new ServerAnalyzer(connection);
            for (Query query : suite.queries()) {
                String doubt = doubt(query, context, analyzer);
                if (!doubt.isEmpty()) {
                    unread.put(query.number(), doubt);
                }
            }
        }
        assertThat(unread).isEmpty();
    }

    static List<Suite> all() {
        return Suite.all();
    }

    private static Context context(String database) {
        var url =
                new UpstreamUrl(
                        SERVER.host(),
                        SERVER.port(),
                        database,
                        SERVER.user(),
                        SERVER.password(),
                        Map.of());
        try (var databases = new UpstreamDatabases(Directory.of(url))) {
            return new Context(
                    new CatalogLoader(databases).load(database).catalog(),
                    List.of("public"),
                    "UTC");
        }
    }

    private static String doubt(Query query, Context context, ParseAnalyzer analyzer) {
        Statement statement = new Statement(query.sql(), List.of());
        return switch (Grammar.parse(query.sql())) {
            case Grammar.Declined declined -> "not parsed: " + declined.refusal().reason();
            case Tree tree ->
                    switch (analyzer.analyze(statement, context)) {
                        case ParseAnalyzer.Analyzed answer ->
                                switch (Resolved.of(statement, context, tree, answer)) {
                                    case Resolved.Of of -> "";
                                    case Resolved.Unresolved unresolved ->
                                            "not resolved: " + unresolved.reason().reason();
                                };
                        case ParseAnalyzer.Answer other -> "not read: " + other;
                    };
        };
    }
}
