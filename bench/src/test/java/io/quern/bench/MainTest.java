package io.quern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;

class MainTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "demo --nonsense",
                "demo --minutes none",
                "demo --minutes 0",
                "demo --format xml",
                "demo --port 70000",
                "demo --port 7000 --admin-port 7000",
                "bench nonsense",
                "bench wire --modes fast",
                "bench wire --clients 0",
                "bench wire --only nothing",
                "bench wire --rounds 0",
                "bench soak --minutes soon",
                "bench tpc --only h23",
                "bench tpc --scale 0.009",
                "bench tpc --rounds 0",
                "bench tpc --limit 0"
            })
    void badUsageIsOneLineAndExitCodeTwo(String line) {
        assertUsage(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void aPortInUseIsSaidBeforeAnythingIsStarted() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(assertUsage("demo", "--port", port)).contains(port, "in use");
        }
    }

    private static String assertUsage(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, UTF_8));
        int code;
        try {
            code = Main.run(arguments, (url, proxy, admin) -> fail());
        } finally {
            System.setErr(before);
        }
        String said = bytes.toString(UTF_8);
        assertThat(said.lines()).as(said).hasSize(1);
        assertThat(said).startsWith("quern: ");
        assertThat(code).isEqualTo(2);
        return said;
    }

    private static io.quern.bench.demo.Loop fail() {
        throw new AssertionError("nothing may be started");
    }
}
