package io.quern.proxy.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.ongres.scram.common.util.TlsServerEndpoint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.quern.proxy.session.BackendState;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.ErrorFields;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.ProtocolViolation;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Logs a connection in: from the start-up packet to the first ReadyForQuery. Succeeds once, on the
 * channel's event loop, or fails with a {@link HostFailure} and closes the channel.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class ServerLogin extends ChannelInboundHandlerAdapter implements Inbox.Reader {
    private static final int PROTOCOL_3_0 = 196_608;

    // kinds of authentication request
    private static final int OK = 0;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private static final String STARTING_UP = "57P03";

    private final Channel channel;
    private final Host host;
    private final String user;
    private final Credentials credentials;
    private final Promise<LoggedIn> done;
    private final Inbox inbox = new Inbox(this);
    private final BackendState state;
    private int processId;
    private byte[] cancelKey = {};
    private @Nullable SaslAnswers sasl;
    private boolean serverVerified;
    private boolean ready;

    private ServerLogin(
            Channel channel, Host host, PoolKey key, Credentials credentials, int statements) {
        this.state = new BackendState(statements);
        this.channel = channel;
        this.host = host;
        this.user = key.user();
        this.credentials = credentials;
        this.done = channel.eventLoop().newPromise();
    }

    /**
     * Logs in.
     *
     * @param settings what is sent beside user and database, and how long it may take
     */
    static Future<LoggedIn> begin(
            Channel channel,
            Host host,
            PoolKey key,
            Credentials credentials,
            PoolSettings settings) {
        ServerLogin login = new ServerLogin(channel, host, key, credentials, settings.statements());
        Map<String, String> all = new LinkedHashMap<>();
        all.put("user", key.user());
        all.put("database", key.database());
        all.putAll(settings.parameters());
        channel.eventLoop().execute(() -> login.start(all, settings.loginTimeout()));
        return login.done;
    }

    private void start(Map<String, String> parameters, Duration timeout) {
        ScheduledFuture<?> deadline =
                channel.eventLoop().schedule(() -> late(timeout), timeout.toMillis(), MILLISECONDS);
        done.addListener(settled -> deadline.cancel(false));
        channel.pipeline().addLast("login", this);
        MessageWriter body = new MessageWriter().int32(PROTOCOL_3_0);
        parameters.forEach(
                (name, value) -> body.string(name.getBytes(UTF_8)).string(value.getBytes(UTF_8)));
        body.int8(0);
        send(new MessageWriter().int32(body.length() + 4).raw(body.bytes(), 0, body.length()));
        channel.config().setAutoRead(true);
        if (!channel.isActive()) {
            fail(new HostFailure("it closed the connection at once"));
        }
    }

    private void late(Duration timeout) {
        fail(new HostFailure("the login was not over after " + timeout.toMillis() + " ms"));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (done.isDone()) {
            bytes.release();
            return;
        }
        try {
            inbox.read(bytes);
        } catch (ProtocolViolation violation) {
            fail(new HostFailure("it does not speak as a PostgreSQL server does"));
        }
        if (ready && inbox.whole() && !done.isDone()) {
            channel.config().setAutoRead(false);
            channel.pipeline().remove(this);
            if (!done.trySuccess(new LoggedIn(channel, host, state, processId, cancelKey))) {
                channel.close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(new HostFailure("it closed the connection during the login"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(new HostFailure("the connection broke during the login"));
    }

    @Override
    public void message(byte type, byte[] bytes, int offset, int length) {
        MessageReader in = new MessageReader().over(bytes, offset, length);
        switch (type) {
            case Backend.AUTHENTICATION -> asked(in, bytes);
            case Backend.PARAMETER_STATUS -> state.reported(in.string(), in.string());
            case Backend.BACKEND_KEY_DATA -> {
                processId = in.int32();
                cancelKey = Arrays.copyOfRange(bytes, offset, offset + length);
            }
            case Backend.READY_FOR_QUERY -> ready = true;
            case Backend.ERROR_RESPONSE -> refused(bytes, offset, length);
            case Backend.NOTICE_RESPONSE, Backend.NEGOTIATE_PROTOCOL_VERSION -> {}
            default -> throw new ProtocolViolation("not a message of a login");
        }
    }

    private void refused(byte[] bytes, int offset, int length) {
        String code = ErrorFields.sqlState(bytes, offset, length);
        String words = ErrorFields.message(bytes, offset, length);
        fail(new HostFailure(code, words, code.equals(STARTING_UP)));
    }

    private void asked(MessageReader in, byte[] bytes) {
        try {
            int kind = in.int32();
            switch (kind) {
                case OK -> accepted();
                case CLEARTEXT -> password(inClear());
                case MD5 -> password(md5(Arrays.copyOfRange(bytes, in.position(), salt(in))));
                case SASL -> beginSasl(mechanisms(in));
                case SASL_CONTINUE -> continueSasl(rest(in, bytes));
                case SASL_FINAL -> finishSasl(rest(in, bytes));
                default ->
                        throw new HostFailure(
                                "28000",
                                "the upstream asks for an authentication that Quern does not speak"
                                        + " (request "
                                        + kind
                                        + ")",
                                false);
            }
        } catch (HostFailure failure) {
            fail(failure);
        }
    }

    /** A server that began SCRAM must have proved itself, or it may be anybody. */
    private void accepted() throws HostFailure {
        if (sasl != null && !serverVerified) {
            throw new HostFailure(
                    "28000", "the upstream broke off the SCRAM exchange unproved", false);
        }
    }

    private byte[] inClear() throws HostFailure {
        if (credentials instanceof Credentials.Password(String password)) {
            return password.getBytes(UTF_8);
        }
        throw Mismatch.of("a password in clear", credentials, user);
    }

    private static int salt(MessageReader in) {
        int end = in.position() + 4;
        if (in.remaining() != 4) {
            throw new ProtocolViolation("a salt has four bytes");
        }
        return end;
    }

    private byte[] md5(byte[] salt) throws HostFailure {
        String inner =
                switch (credentials) {
                    case Credentials.Password(String password) -> md5Hex(password + user, salt, 0);
                    case Credentials.Md5(String hash) -> hash.substring("md5".length());
                    case Credentials.Scram keys -> throw Mismatch.of("an md5 hash", keys, user);
                    case Credentials.None none -> throw Mismatch.of("an md5 hash", none, user);
                };
        return ("md5" + md5Hex(inner, salt, salt.length)).getBytes(UTF_8);
    }

    private static String md5Hex(String text, byte[] salt, int salted) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(text.getBytes(UTF_8));
            md5.update(salt, 0, salted);
            return HexFormat.of().formatHex(md5.digest());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> mechanisms(MessageReader in) {
        List<String> offered = new ArrayList<>();
        for (String name = in.string(); !name.isEmpty(); name = in.string()) {
            offered.add(name);
        }
        return offered;
    }

    private static String rest(MessageReader in, byte[] bytes) {
        return new String(bytes, in.position(), in.remaining(), UTF_8);
    }

    private void beginSasl(List<String> offered) throws HostFailure {
        SaslAnswers begun = SaslAnswers.begin(offered, credentials, user, binding());
        sasl = begun;
        byte[] first = begun.first();
        send(
                new MessageWriter()
                        .begin(Frontend.PASSWORD)
                        .string(begun.mechanism())
                        .int32(first.length)
                        .raw(first, 0, first.length)
                        .end());
    }

    /** Hashing a password takes milliseconds, which the event loop has not. */
    private void continueSasl(String question) {
        SaslAnswers begun = begun();
        Thread.ofVirtual()
                .name("scram")
                .start(
                        () -> {
                            try {
                                byte[] last = begun.last(question);
                                MessageWriter out = new MessageWriter().begin(Frontend.PASSWORD);
                                send(out.raw(last, 0, last.length).end());
                            } catch (HostFailure failure) {
                                channel.eventLoop().execute(() -> fail(failure));
                            }
                        });
    }

    private void finishSasl(String signature) throws HostFailure {
        begun().verify(signature);
        serverVerified = true;
    }

    private SaslAnswers begun() {
        SaslAnswers begun = sasl;
        if (begun == null) {
            throw new ProtocolViolation("SASL goes on that never began");
        }
        return begun;
    }

    private byte @Nullable [] binding() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            return tls.engine().getSession().getPeerCertificates()[0]
                            instanceof X509Certificate certificate
                    ? TlsServerEndpoint.getChannelBindingData(certificate)
                    : null;
        } catch (SSLPeerUnverifiedException | GeneralSecurityException none) {
            return null;
        }
    }

    private void password(byte[] word) {
        send(new MessageWriter().begin(Frontend.PASSWORD).string(word).end());
    }

    private void send(MessageWriter messages) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(messages.toByteArray()));
    }

    private void fail(HostFailure failure) {
        done.tryFailure(failure);
        channel.close();
    }
}
