package io.quern.proxy;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.proxy.config.PostgresUrl;
import io.quern.proxy.config.UpstreamSettings;
import io.quern.proxy.config.Upstreams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The configuration's upstreams as the advisor sees them. */
final class ServedDatabases implements Directory {
    private final Upstreams upstreams;
    private final Map<String, UpstreamUrl> primaries = new HashMap<>();
    private final Map<String, List<UpstreamUrl>> replicas = new HashMap<>();

    ServedDatabases(Upstreams upstreams) {
        this.upstreams = upstreams;
        for (UpstreamSettings upstream : upstreams.all()) {
            primaries.put(upstream.name(), url(upstream.url()));
            replicas.put(upstream.name(), upstream.replicas().stream().map(u -> url(u)).toList());
        }
    }

    @Override
    public Place place(String served) {
        Upstreams.Place place = upstreams.place(served);
        String name = place.upstream().name();
        return new Place(
                requireNonNull(primaries.get(name)),
                requireNonNull(replicas.get(name)),
                place.database());
    }

    private static UpstreamUrl url(PostgresUrl url) {
        Properties driver = url.properties();
        Map<String, String> properties = new HashMap<>();
        driver.stringPropertyNames()
                .forEach(name -> properties.put(name, requireNonNull(driver.getProperty(name))));
        properties.keySet().removeAll(List.of("user", "password"));
        return new UpstreamUrl(
                url.hosts().stream()
                        .map(host -> new UpstreamUrl.Host(host.host(), host.port()))
                        .toList(),
                url.database(),
                url.user(),
                url.password(),
                properties);
    }
}
