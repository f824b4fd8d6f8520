package io.quern.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import java.util.Arrays;
import java.util.Random;

/** A login at a server that says anything. */
class ServerLoginGarbageTest {
    private static final PoolKey KEY = new PoolKey("db", "me");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Future<LoggedIn> login =
            ServerLogin.begin(
                    channel,
                    new Host("127.0.0.1", 1),
                    KEY,
                    new Credentials.Password("word"),
                    PoolSettings.DEFAULT);

    private void say(byte[] bytes) {
        channel.runPendingTasks();
        if (channel.isActive()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
        }
        channel.runPendingTasks();
    }

    /**
     * Either it goes on waiting, or it has failed and the connection is closed; never a session.
     */
    private void noSession() {
        assertThat(login.isSuccess()).isFalse();
        if (login.isDone()) {
            assertThat(login.cause()).isInstanceOf(HostFailure.class);
            assertThat(channel.isActive()).isFalse();
        }
        channel.finishAndReleaseAll();
    }

    @Property(tries = 300)
    void garbageLogsNobodyIn(@ForAll @Size(max = 200) byte[] garbage) {
        ServerLoginGarbageTest fresh = new ServerLoginGarbageTest();
        fresh.say(garbage);
        fresh.noSession();
    }

    @Property(tries = 500)
    void damagedConversationsEndInASessionOrAFailure(@ForAll long seed) {
        Random random = new Random(seed);
        MessageWriter out = new MessageWriter();
        out.begin((byte) 'R').int32(3).end();
        out.begin((byte) 'R').int32(0).end();
        out.begin((byte) 'S').string("a".getBytes(UTF_8)).string("b".getBytes(UTF_8)).end();
        out.begin((byte) 'K').int32(1).int32(2).end();
        out.begin((byte) 'Z').int8('I').end();
        byte[] bytes = out.toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        ServerLoginGarbageTest fresh = new ServerLoginGarbageTest();
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(20));
            fresh.say(Arrays.copyOfRange(bytes, at, at + count));
            at += count;
        }
        if (fresh.login.isSuccess()) {
            assertThat(fresh.channel.isActive()).isTrue();
            assertThat(fresh.channel.config().isAutoRead()).isFalse();
            assertThat(fresh.channel.pipeline().get("login")).isNull();
            fresh.channel.finishAndReleaseAll();
        } else {
            fresh.noSession();
        }
    }

    @Property(tries = 200)
    void aServerThatSkipsItsProofIsNotBelieved(@ForAll @Size(max = 60) byte[] challenge) {
        ServerLoginGarbageTest fresh = new ServerLoginGarbageTest();
        MessageWriter out = new MessageWriter();
        out.begin((byte) 'R').int32(10).string("SCRAM-SHA-256".getBytes(UTF_8)).int8(0).end();
        fresh.say(out.toByteArray());
        ByteBuf ignored = fresh.channel.readOutbound();
        ignored.release();
        out.clear().begin((byte) 'R').int32(12).raw(challenge, 0, challenge.length).end();
        out.begin((byte) 'R').int32(0).end().begin((byte) 'Z').int8('I').end();
        fresh.say(out.toByteArray());
        fresh.noSession();
    }
}
