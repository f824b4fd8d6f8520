package io.quern.proxy.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/**
 * Tells a client that less is spoken than it asked for: sent before authentication, as PostgreSQL
 * 18 does, to clients that Quern itself lets in.
 *
 * @param minor the minor version of protocol 3 that is spoken from here on
 * @param unknown the {@code _pq_.} options that nobody knows, in the order sent
 */
public record NegotiateProtocolVersion(int minor, List<String> unknown) {
    private static final int NEWEST_MINOR = 2;
    private static final int MAJOR = 3 << 16;
    private static final String OPTION = "_pq_.";

    public NegotiateProtocolVersion {
        if (minor < 0 || minor > NEWEST_MINOR) {
            throw new IllegalArgumentException("minor is not between 0 and 2: " + minor);
        }
        unknown = List.copyOf(unknown);
    }

    /** What a client must be told; empty if it gets all that it asked for. */
    public static Optional<NegotiateProtocolVersion> answering(StartupPacket.Startup startup) {
        List<String> unknown =
                startup.parameters().keySet().stream().filter(n -> n.startsWith(OPTION)).toList();
        return startup.minor() <= NEWEST_MINOR && unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new NegotiateProtocolVersion(
                                Math.min(startup.minor(), NEWEST_MINOR), unknown));
    }

    /** Appends the message. */
    public void writeTo(MessageWriter out) {
        out.begin(Backend.NEGOTIATE_PROTOCOL_VERSION).int32(MAJOR | minor).int32(unknown.size());
        unknown.forEach(name -> out.string(name.getBytes(UTF_8)));
        out.end();
    }
}
