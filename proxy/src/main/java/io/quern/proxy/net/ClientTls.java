package io.quern.proxy.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * TLS towards clients. The certificate is read again when its files change, so that it can be
 * renewed under running sessions: they keep theirs, new ones are shown the new one, and one that
 * cannot be used changes nothing. Thread-safe.
 */
// the watch ends with the executor it runs on
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);
    private static final long WATCH_SECONDS = 5;

    private volatile TlsSettings settings;
    private final Duration handshakeTimeout;

    /** Private keys are used, and certificates verified, off the event loops. */
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /** Held while files are read; {@code this} only while the identity changes hands. */
    private final ReentrantLock reading = new ReentrantLock();

    private List<Version> seen;
    private ServerIdentity identity;
    private @Nullable ScheduledExecutorService watcher;
    private boolean closed;

    /**
     * One leg that is about to be encrypted.
     *
     * @param identity what the client is shown; only its certificate and binding are of use
     */
    record Leg(SslHandler handler, ServerIdentity identity) {

        /** The client's own certificate, once it was verified. */
        Optional<X509Certificate> clientCertificate() {
            try {
                Certificate[] chain = handler.engine().getSession().getPeerCertificates();
                return Optional.of((X509Certificate) chain[0]);
            } catch (SSLPeerUnverifiedException none) {
                return Optional.empty();
            }
        }
    }

    /** What a file looks like from outside. */
    private record Version(Optional<FileTime> changed, long size) {}

    /**
     * @param handshakeTimeout after which a client that does not get on with TLS is cut off
     * @throws IOException if the files cannot be used; one clear line
     */
    ClientTls(TlsSettings settings, Duration handshakeTimeout) throws IOException {
        this.settings = settings;
        this.handshakeTimeout = handshakeTimeout;
        this.seen = versions();
        this.identity = ServerIdentity.read(settings);
    }

    /** How TLS is done, for the log. */
    String describe() {
        return "TLS "
                + (settings.mode() == TlsSettings.Mode.REQUIRE ? "required" : "allowed")
                + " ("
                + (ServerIdentity.PROVIDER == SslProvider.JDK
                        ? "the JDK's"
                        : OpenSsl.versionString())
                + ")";
    }

    /** Whether clients must use it. */
    boolean required() {
        return settings.mode() == TlsSettings.Mode.REQUIRE;
    }

    /** TLS for one more client. */
    synchronized Leg leg(ByteBufAllocator allocator) {
        SslHandler handler = identity.context().newHandler(allocator, workers);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return new Leg(handler, identity);
    }

    /** Why a handshake failed, for the log: none but its own words surely quote no bytes. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof SSLHandshakeException && message != null
                ? message.lines().findFirst().orElse("")
                : failure.getClass().getSimpleName();
    }

    /** Looks at the files every few seconds from now on, until closed. */
    synchronized void watch() {
        if (watcher == null) {
            ScheduledExecutorService started =
                    Executors.newSingleThreadScheduledExecutor(
                            Thread.ofPlatform().name("quern-certificates").daemon().factory());
            started.scheduleWithFixedDelay(
                    this::look, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
            watcher = started;
        }
    }

    /** Reads the files again if they look different. */
    void look() {
        reading.lock();
        try {
            if (!versions().equals(seen)) {
                reload();
            }
        } catch (RuntimeException bug) {
            LOG.error("Certificates could not be looked at", bug);
        } finally {
            reading.unlock();
        }
    }

    /**
     * Reads the files again.
     *
     * @return whether they could be used; if not, a line in the log says why
     */
    boolean reload() {
        reading.lock();
        try {
            seen = versions();
            show(ServerIdentity.read(settings));
            return true;
        } catch (IOException broken) {
            LOG.warn("Clients are still shown the old certificate: {}", broken.getMessage());
            return false;
        } finally {
            reading.unlock();
        }
    }

    /**
     * Takes other files, or looks at the same ones anew; the mode stays.
     *
     * @return whether they could be used; if not, nothing changes and a line in the log says why
     */
    boolean use(TlsSettings newer) {
        reading.lock();
        try {
            TlsSettings before = settings;
            settings =
                    new TlsSettings(
                            newer.certificate(),
                            newer.key(),
                            newer.clientAuthority(),
                            before.mode());
            boolean usable = reload();
            if (!usable) {
                settings = before;
                seen = versions();
            }
            return usable;
        } finally {
            reading.unlock();
        }
    }

    private synchronized void show(ServerIdentity next) {
        if (closed) {
            ReferenceCountUtil.release(next.context());
            return;
        }
        ReferenceCountUtil.release(identity.context());
        identity = next;
        LOG.info(
                "Clients are shown a new certificate, valid until {}",
                next.certificate().getNotAfter().toInstant());
    }

    private List<Version> versions() {
        List<Path> files = new ArrayList<>(List.of(settings.certificate(), settings.key()));
        settings.clientAuthority().ifPresent(files::add);
        return files.stream().map(ClientTls::version).toList();
    }

    private static Version version(Path file) {
        try {
            return new Version(Optional.of(Files.getLastModifiedTime(file)), Files.size(file));
        } catch (IOException missing) {
            return new Version(Optional.empty(), 0);
        }
    }

    /** Stops looking, and takes no more clients; sessions go on. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ReferenceCountUtil.release(identity.context());
        ScheduledExecutorService running = watcher;
        if (running != null) {
            running.shutdownNow();
        }
        workers.shutdown();
    }
}
