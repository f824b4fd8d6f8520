package io.quern.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.backend.Pools;
import io.quern.proxy.backend.Scout;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.backend.Upstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which upstream serves which database, and the ways to it. */
final class Sites {

    /**
     * The way to one upstream.
     *
     * @param scout knows the host that will do; empty: the first that accepts a connection
     * @param databases their names there by the names that clients use
     */
    record Site(
            UpstreamConnector connector,
            Optional<Scout> scout,
            Pools pools,
            Map<String, String> databases) {

        /** A connection on which a client can log in itself. */
        Future<Channel> connect(EventLoop loop) {
            return scout.isPresent() ? scout.get().connect(loop) : connector.connect(loop);
        }

        /** What a database is called there. */
        String realName(String database) {
            return databases.getOrDefault(database, database);
        }

        /** Whether the way there is, or may be, encrypted. */
        boolean mayUseTls() {
            return connector.upstream().ssl().mode() != SslMode.DISABLE;
        }
    }

    private final List<Site> sites;
    private final Map<String, Site> claimed = new LinkedHashMap<>();
    private final Upstreams upstreams;

    /**
     * @param sites the first serves every database that none claims
     */
    Sites(List<Site> sites) {
        this.sites = List.copyOf(sites);
        Map<String, Pools> pools = new LinkedHashMap<>();
        for (Site site : sites) {
            site.databases()
                    .forEach(
                            (served, real) -> {
                                claimed.put(served, site);
                                pools.put(served, site.pools());
                            });
        }
        this.upstreams = new Upstreams(sites.getFirst().pools(), pools);
    }

    /** Who serves a database that a client asks for. */
    Site of(String database) {
        return claimed.getOrDefault(database, sites.getFirst());
    }

    List<Site> all() {
        return sites;
    }

    /** The pools, as operators see them. */
    Upstreams upstreams() {
        return upstreams;
    }
}
