package io.quern.proxy;

import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.optimizer.Context;
import io.quern.proxy.config.PostgresUrl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

/** The options that say whose statements are looked at: what a session would bring along. */
final class Sender {
    @Option(
            names = "--search-path",
            paramLabel = "SCHEMAS",
            description = "under which names are found (default: \"$user\", public)")
    private String searchPath = "\"$user\", public";

    @Option(names = "--role", description = "who would send the statements (default: the URL's)")
    private @Nullable String role;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "of the sessions that send them (default: UTC)")
    private String timeZone = "UTC";

    /** What the names in this sender's statements mean in the upstream's database today. */
    Context context(UpstreamDatabases databases, PostgresUrl url, Optimizer optimizer) {
        return new Context(
                new CatalogLoader(databases).load(url.database()).catalog(),
                optimizer.searchPath(searchPath, role == null ? url.user() : role),
                timeZone);
    }
}
