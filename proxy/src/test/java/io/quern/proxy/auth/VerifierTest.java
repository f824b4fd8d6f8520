package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.proxy.backend.Credentials;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Locale;

class VerifierTest {
    private static final String KEY = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=";
    private static final String SCRAM =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$" + KEY + ":" + KEY;
    private static final String MD5 = "md50123456789abcdef0123456789abcdef";

    @Test
    void theThreeKindsAreToldApart() throws Exception {
        Verifier.Scram scram = (Verifier.Scram) Verifier.parse(SCRAM);
        assertThat(scram.iterations()).isEqualTo(4096);
        assertThat(scram.salt()).hasSize(16);
        assertThat(ExactBase64.encode(scram.storedKey())).isEqualTo(KEY);
        assertThat(Verifier.parse(MD5)).isEqualTo(new Verifier.Md5(MD5));
        assertThat(Verifier.parse("secret")).isEqualTo(new Verifier.Plain("secret"));
        // not 32 lower case digits: a password, as PostgreSQL has it
        assertThat(Verifier.parse("md5isbroken")).isInstanceOf(Verifier.Plain.class);
        assertThat(Verifier.parse(MD5.toUpperCase(Locale.ROOT))).isInstanceOf(Verifier.Plain.class);
        assertThat(Verifier.parse("SCRAM-SHA-256")).isInstanceOf(Verifier.Plain.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SCRAM-SHA-256$",
                "SCRAM-SHA-256$0:c2FsdA==$K:K",
                "SCRAM-SHA-256$-1:c2FsdA==$K:K",
                "SCRAM-SHA-256$9999999999:c2FsdA==$K:K",
                "SCRAM-SHA-256$4096:$K:K",
                "SCRAM-SHA-256$4096:c2FsdA=$K:K",
                "SCRAM-SHA-256$4096:c2FsdB==$K:K",
                "SCRAM-SHA-256$4096:c2FsdA==$K",
                "SCRAM-SHA-256$4096:c2FsdA==$K:K:",
                "SCRAM-SHA-256$4096:c2FsdA==$K: K",
                "SCRAM-SHA-256$4096:c2FsdA==$K:AAAA",
                "SCRAM-SHA-512$4096:c2FsdA==$K:K",
            })
    void whatIsNoVerifierOfAKnownKindGivesAReasonWithoutTheSecret(String form) {
        String secret = form.replace("K", KEY);
        assertThatThrownBy(() -> Verifier.parse(secret))
                .isInstanceOf(Verifier.UnfitVerifier.class)
                .message()
                .isNotBlank()
                .doesNotContain(KEY, "c2Fs");
    }

    @Test
    void noneShowsItsSecret() throws Exception {
        for (String secret : new String[] {SCRAM, MD5, "hunter2"}) {
            Verifier verifier = Verifier.parse(secret);
            String shown =
                    verifier
                            + " "
                            + new Verifiers.Answer.Known(verifier, Instant.MAX)
                            + new Outcome.Proven(new Credentials.Password(secret));
            assertThat(shown).doesNotContain(secret, "hunter2", KEY, "0123456789abcdef");
        }
    }
}
