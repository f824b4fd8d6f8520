package io.quern.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.function.Consumer;

/** The messages Quern writes, byte by byte as PostgreSQL's protocol has them. */
class MessageBytesTest {
    private static final HexFormat HEX = HexFormat.of();

    /** Hexadecimal numbers and quoted text, spaces between them. */
    private static String bytes(String readable) {
        StringBuilder hex = new StringBuilder();
        for (String word : readable.split(" ")) {
            hex.append(
                    word.startsWith("'")
                            ? HEX.formatHex(word.substring(1, word.length() - 1).getBytes(US_ASCII))
                            : word);
        }
        return hex.toString();
    }

    private static void written(String expected, Consumer<MessageWriter> message) {
        MessageWriter out = new MessageWriter();
        message.accept(out);
        assertThat(HEX.formatHex(out.toByteArray())).isEqualTo(bytes(expected));
    }

    private static byte[] text(String word) {
        return word.getBytes(UTF_8);
    }

    @Test
    void parse() {
        written("'P' 00000008 00 00 0000", out -> out.parse(text(""), text(""), new int[0]));
        written(
                "'P' 00000016 's' 00 '$1,$2' 00 0002 00000017 00000019",
                out -> out.parse(text("s"), text("$1,$2"), new int[] {23, 25}));
    }

    @Test
    void bind() {
        written("'B' 0000000e 'p' 00 's' 00 0000 0000 0000", out -> out.bind(text("p"), text("s")));
        written(
                "'B' 00000017 00 's' 00 0000 0002 00000002 'ab' 00000000 0000",
                out -> out.bind(text(""), text("s"), new byte[][] {text("ab"), {}}));
    }

    @Test
    void theHeadOfABindWhoseRestFollows() {
        written(
                "'B' 0000006c 'p' 00 's' 00",
                out -> out.bindHead(text("xpx"), 1, 1, text("s"), 100));
    }

    @Test
    void headsThatBeginWithAName() {
        written("'P' 0000000b 's' 00", out -> out.nameHead(Frontend.PARSE, -1, text("s"), 5));
        written("'C' 00000007 'S' 's' 00", out -> out.nameHead(Frontend.CLOSE, 'S', text("s"), 0));
    }

    @Test
    void describeExecuteAndClose() {
        written("'D' 00000007 'S' 's' 00", out -> out.describeStatement(text("s")));
        written("'E' 0000000a 'p' 00 00000000", out -> out.execute(text("p")));
        written("'C' 00000007 'S' 's' 00", out -> out.closeStatement(text("s")));
        written("'C' 00000006 'P' 00", out -> out.closePortal(text("")));
    }

    @Test
    void queryFlushSyncAndTerminate() {
        written("'Q' 00000006 ';' 00", out -> out.query(text(";")));
        written("'H' 00000004", MessageWriter::flush);
        written("'S' 00000004", MessageWriter::sync);
        written("'X' 00000004", MessageWriter::terminate);
    }

    @Test
    void parameterStatus() {
        written("'S' 00000009 'a' 00 'bc' 00", out -> out.parameterStatus("a", "bc"));
    }

    @Test
    void errors() {
        written(
                "'E' 0000001e 'SFATAL' 00 'VFATAL' 00 'C08006' 00 'Mhm' 00 00",
                out -> out.error("FATAL", "08006", "hm"));
    }

    @Test
    void whatOpensASession() {
        written(
                "'R' 00000008 00000000 'K' 0000000c 00000007 01020304 'Z' 00000005 'I'",
                out ->
                        out.begin(Backend.AUTHENTICATION)
                                .int32(0)
                                .end()
                                .begin(Backend.BACKEND_KEY_DATA)
                                .int32(7)
                                .int32(0x01020304)
                                .end()
                                .begin(Backend.READY_FOR_QUERY)
                                .int8('I')
                                .end());
    }

    @Test
    void answersThatAreMadeUp() {
        written(
                "'1' 00000004 '3' 00000004 'C' 0000000f 'DEALLOCATE' 00",
                out ->
                        out.begin(Backend.PARSE_COMPLETE)
                                .end()
                                .begin(Backend.CLOSE_COMPLETE)
                                .end()
                                .begin(Backend.COMMAND_COMPLETE)
                                .string(text("DEALLOCATE"))
                                .end());
    }

    @Test
    void numbersAreBigEndianAndGrowTheArray() {
        written("ff 8001 fffffffe", out -> out.int8(255).int16(0x8001).int32(-2));
        MessageWriter out = new MessageWriter();
        for (int i = 0; i < 1000; i++) {
            out.begin((byte) 'd').raw(new byte[700], 0, 700).end();
        }
        assertThat(out.length()).isEqualTo(705_000);
        assertThat(out.clear().length()).isZero();
    }
}
