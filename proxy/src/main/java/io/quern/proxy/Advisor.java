package io.quern.proxy;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Desk;
import io.quern.advisor.Sighting;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.Treatments;
import io.quern.advisor.Watcher;
import io.quern.advisor.history.Flusher;
import io.quern.advisor.history.History;
import io.quern.advisor.history.HistoryLimits;
import io.quern.advisor.lifecycle.Lifecycle;
import io.quern.advisor.store.PostgresStore;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.suggest.Suggester;
import io.quern.advisor.suggest.Workload;
import io.quern.advisor.upstream.CatalogCache;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.ConcurrentIndexBuilder;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.PreparedDescriber;
import io.quern.advisor.upstream.Privileges;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.index.IndexAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.PostgresUrl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The advisor's rooms, wired. */
final class Advisor implements AutoCloseable {
