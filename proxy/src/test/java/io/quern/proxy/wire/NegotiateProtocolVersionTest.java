package io.quern.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class NegotiateProtocolVersionTest {
    private static StartupPacket.Startup startup(int minor, String... options) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", "me");
        for (String option : options) {
            parameters.put(option, "on");
        }
        return new StartupPacket.Startup(minor, parameters);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whoAsksForWhatIsSpokenIsToldNothing(int minor) {
        assertThat(NegotiateProtocolVersion.answering(startup(minor))).isEmpty();
    }

    @Test
    void aNewerVersionIsAnsweredWithTheNewestSpoken() {
        assertThat(NegotiateProtocolVersion.answering(startup(9999)))
                .contains(new NegotiateProtocolVersion(2, List.of()));
    }

    @Test
    void unknownOptionsAreNamedInOrder() {
        assertThat(NegotiateProtocolVersion.answering(startup(0, "_pq_.b", "options", "_pq_.a")))
                .contains(new NegotiateProtocolVersion(0, List.of("_pq_.b", "_pq_.a")));
    }

    @Test
    void theMessageIsAsPostgresSendsIt() {
        MessageWriter out = new MessageWriter();
        new NegotiateProtocolVersion(2, List.of("_pq_.a", "_pq_.b")).writeTo(out);
        assertThat(new String(out.toByteArray(), ISO_8859_1))
                .isEqualTo("v\0\0\0\u001a\0\3\0\2\0\0\0\2_pq_.a\0_pq_.b\0");
    }

    @Test
    void noMinorVersionButThoseSpokenCanBeNamed() {
        assertThatThrownBy(() -> new NegotiateProtocolVersion(3, List.of()))
                .hasMessageContaining("minor");
    }
}
