package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Who knocks.
 *
 * @param tls whether the connection is encrypted
 * @param certificate the client's own certificate, verified against Quern's authorities
 * @param channelBinding tls-server-end-point data: the hash of the certificate that Quern showed;
 *     empty without TLS
 */
public record Peer(
        InetAddress address,
        boolean tls,
        Optional<X509Certificate> certificate,
        Optional<byte[]> channelBinding) {
    public Peer {
        requireNonNull(address, "address");
        requireNonNull(certificate, "certificate");
        requireNonNull(channelBinding, "channelBinding");
    }
}
