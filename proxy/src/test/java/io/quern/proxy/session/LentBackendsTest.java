package io.quern.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Several clients on fewer backends, each seeing what it would see on a server of its own. */
class LentBackendsTest {
    private static final int CLIENTS = 3;
    private static final int BACKENDS = 2;
    private static final int MOST_STATEMENTS = 3;
    private static final int[] NO_TYPES = {};
    private static final byte[] NONE = {};
    private static final Pattern REFUSED =
            Pattern.compile(
                    "E\\x00{3}.SERROR\\x00VERROR\\x00C(25P02|42P05)\\x00M[^\\x00]*\\x00\\x00"
                            + "(?=Z\\x00{3}\\x05E)",
                    Pattern.DOTALL);

    private static final String[] NAMES = {"", "", "s0", "s1", "s2"};
    private static final String[] TEXTS = {
        "SELECT a",
        "SELECT b",
        "SELECT c",
        "SELECT d",
        "SELECT bad",
        "SELECT wrong",
        "BEGIN",
        "COMMIT",
        "ROLLBACK"
    };
    private static final String[] ENDINGS = {
        "DEALLOCATE s0", "DEALLOCATE \"s1\"", "DEALLOCATE ALL", "DISCARD ALL"
    };

    /** A backend, what it has been sent, and what it has answered. */
    private static final class Server {
        final TransactionalToyServer toy = new TransactionalToyServer(true);
        final BackendState state = new BackendState(MOST_STATEMENTS);
        final ByteArrayOutputStream answers = new ByteArrayOutputStream();
        boolean lent;
    }

    /** A client through Quern, and the server it would have had. */
    private static final class Client {
        final SessionScript script = new SessionScript(Session.Lodging.TRANSACTION);
        final TransactionalToyServer direct = new TransactionalToyServer(true);
        final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        @Nullable Server server;

        void sends(byte[] messages, Random random) {
            expected.writeBytes(direct.answer(messages));
            int cut = random.nextInt(messages.length + 1);
            script.clientBytes(Arrays.copyOf(messages, cut));
            forward();
            script.clientBytes(Arrays.copyOfRange(messages, cut, messages.length));
            forward();
        }

        /** What went upstream is answered, to be delivered later. */
        void forward() {
            Server working = server;
            byte[] sent = script.toServer.toByteArray();
            int whole = whole(sent);
            if (working != null && whole > 0) {
                script.toServer.reset();
                script.toServer.write(sent, whole, sent.length - whole);
                working.answers.writeBytes(working.toy.answer(Arrays.copyOf(sent, whole)));
            }
        }

        /** Gets some of the answers, and leaves if it can. */
        void receives(Random random) {
            Server working = server;
            if (working == null) {
                return;
            }
            byte[] all = working.answers.toByteArray();
            working.answers.reset();
            int cut = random.nextInt(all.length + 1);
            script.serverBytes(Arrays.copyOf(all, cut));
            working.answers.write(all, cut, all.length - cut);
            forward();
            if (script.toServer.size() == 0 && script.detach()) {
                assertThat(working.answers.size()).isZero();
                working.lent = false;
                server = null;
            }
        }

        void borrows(List<Server> servers, Random random) {
            Server one = servers.get(random.nextInt(servers.size()));
            if (server == null && !one.lent && script.wants()) {
                one.lent = true;
                server = one;
                script.attach(one.state);
                forward();
            }
        }

        private static int whole(byte[] sent) {
            int at = 0;
            while (at + 5 <= sent.length) {
                int length =
                        (sent[at + 1] & 255) << 24
                                | (sent[at + 2] & 255) << 16
                                | (sent[at + 3] & 255) << 8
                                | (sent[at + 4] & 255);
                if (at + 1 + length > sent.length) {
                    break;
                }
                at += 1 + length;
            }
            return at;
        }
    }

    @Property(tries = 500)
    void everyClientSeesWhatItsOwnServerWouldSay(@ForAll long seed) {
        Random random = new Random(seed);
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < BACKENDS; i++) {
            servers.add(new Server());
        }
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client());
        }
        for (int step = 0; step < 300; step++) {
            Client client = clients.get(random.nextInt(CLIENTS));
            switch (random.nextInt(6)) {
                case 0 -> client.sends(SessionScript.written(out -> messages(random, out)), random);
                case 1, 2 -> client.borrows(servers, random);
                default -> client.receives(random);
            }
        }
        for (Client client : clients) {
            byte[] last =
                    SessionScript.written(
                            out ->
                                    out.sync()
                                            .query(b("ROLLBACK"))
                                            .parse(b("last"), b("SELECT last"), NO_TYPES)
                                            .bind(NONE, b("last"))
                                            .execute(NONE)
                                            .sync());
            client.sends(last, random);
        }
        for (int step = 0; step < 3000; step++) {
            Client client = clients.get(random.nextInt(CLIENTS));
            client.borrows(servers, random);
            client.receives(random);
        }
        for (Client client : clients) {
            assertThat(text(client.script.toClient)).isEqualTo(text(client.expected));
            assertThat(client.server).isNull();
            assertThat(client.script.wants()).isFalse();
        }
        for (Server server : servers) {
            assertThat(server.state.spoilt).isFalse();
            assertThat(server.toy.names("__quern_p"))
                    .containsAll(server.state.statements.names(false))
                    .isSubsetOf(server.state.statements.names(true));
        }
        assertThat(servers).anyMatch(s -> s.state.statements.size() <= MOST_STATEMENTS);
    }

    /** In a failed transaction it does not matter for which of two reasons a Parse is refused. */
    private static String text(ByteArrayOutputStream stream) {
        return REFUSED.matcher(stream.toString(US_ASCII)).replaceAll("refused");
    }

    private static void messages(Random random, MessageWriter out) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] name = b(NAMES[random.nextInt(NAMES.length)]);
            byte[] sql = b(TEXTS[random.nextInt(TEXTS.length)]);
            switch (random.nextInt(12)) {
                // no driver sends a query into an open Sync group: there Quern only guesses
                case 0, 1 -> out.sync().query(sql);
                case 2 -> out.sync().query(b(ENDINGS[random.nextInt(ENDINGS.length)]));
                // what it deallocates is decided when it is parsed: it is not kept for later
                case 3 ->
                        out.parse(NONE, b(ENDINGS[random.nextInt(ENDINGS.length)]), NO_TYPES)
                                .bind(NONE, NONE)
                                .execute(NONE)
                                .sync()
                                .closeStatement(NONE);
                case 4, 5 -> out.parse(name, sql, NO_TYPES);
                case 6 -> out.closeStatement(name);
                case 7 -> out.describeStatement(name);
                case 8 -> out.sync();
                case 9 -> out.flush();
                default -> out.bind(NONE, name).execute(NONE).sync();
            }
        }
    }

    private static byte[] b(String text) {
        return text.getBytes(US_ASCII);
    }
}
