package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Which database of which upstream a name means that clients use. The advisor knows databases by
 * these names alone: of two databases with one name on two upstreams, at most one bears it here.
 * Pure and thread-safe.
 */
@FunctionalInterface
public interface Directory {

    /**
     * A database of an upstream.
     *
     * @param url its primary
     * @param replicas read-only copies of it, for reading that need not be of this moment
     * @param database its name there
     */
    record Place(UpstreamUrl url, List<UpstreamUrl> replicas, String database) {
        public Place {
            requireNonNull(url, "url");
            requireNonNull(database, "database");
            replicas = List.copyOf(replicas);
        }
    }

    /** Where the database is that clients call {@code served}. */
    Place place(String served);

    /** Of one upstream, whose databases bear their own names. */
    static Directory of(UpstreamUrl url) {
        requireNonNull(url, "url");
        return served -> new Place(url, List.of(), served);
    }
}
