package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;

import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

class ScramExchangeTest {
    private static final ScramMechanism SHA_256 = ScramMechanism.SCRAM_SHA_256;

    // the example of RFC 7677, section 3
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String NONCE = CLIENT_NONCE + SERVER_NONCE;
    private static final String FIRST = "n,,n=user,r=" + CLIENT_NONCE;
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String LAST = "c=biws,r=" + NONCE + ",p=" + PROOF;
    private static final byte[] SALTED =
            ScramFunctions.saltedPassword(
                    SHA_256,
                    StringPreparation.POSTGRESQL_PREPARATION,
                    "pencil".toCharArray(),
                    SALT,
                    4096);
    private static final byte[] CLIENT_KEY = ScramFunctions.clientKey(SHA_256, SALTED);
    private static final Verifier.Scram VERIFIER =
            new Verifier.Scram(
                    4096,
                    SALT,
                    ScramFunctions.storedKey(SHA_256, CLIENT_KEY),
                    ScramFunctions.serverKey(SHA_256, SALTED));
    private static final byte[] CERTIFICATE_HASH = {1, 2, 3};

    private final MessageWriter out = new MessageWriter();

    private static ScramExchange exchange(boolean tls) {
        return new ScramExchange(
                VERIFIER,
                Optional.empty(),
                tls ? Optional.of(CERTIFICATE_HASH) : Optional.empty(),
                SERVER_NONCE);
    }

    private Outcome first(ScramExchange exchange, String mechanism, String message) {
        out.clear();
        return exchange.received(LoginScript.initial(mechanism, message), out);
    }

    private Outcome last(ScramExchange exchange, String message) {
        out.clear();
        return exchange.received(message.getBytes(UTF_8), out);
    }

    private String written() {
        byte[] all = out.toByteArray();
        return new String(Arrays.copyOfRange(all, 9, all.length), UTF_8);
    }

    @Test
    void theExampleOfTheRfcAdmitsAndRevealsTheClientsKey() {
        ScramExchange exchange = exchange(false);
        assertThat(first(exchange, "SCRAM-SHA-256", FIRST)).isInstanceOf(Outcome.Asked.class);
        assertThat(written()).isEqualTo("r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        Outcome outcome = last(exchange, LAST);
        assertThat(written()).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        Credentials.Scram credentials =
                (Credentials.Scram) ((Outcome.Proven) outcome).credentials();
        assertThat(credentials.clientKey()).isEqualTo(CLIENT_KEY);
        assertThat(credentials.serverKey()).isEqualTo(VERIFIER.serverKey());
    }

    @Test
    void theFirstMessageMayComeAloneAfterTheMechanism() {
        ScramExchange exchange = exchange(false);
        byte[] none = {-1, -1, -1, -1};
        byte[] name = "SCRAM-SHA-256\0".getBytes(UTF_8);
        byte[] body = Arrays.copyOf(name, name.length + 4);
        System.arraycopy(none, 0, body, name.length, 4);
        assertThat(exchange.received(body, out)).isInstanceOf(Outcome.Asked.class);
        assertThat(out.toByteArray()).containsExactly('R', 0, 0, 0, 8, 0, 0, 0, 11);
        assertThat(last(exchange, FIRST)).isInstanceOf(Outcome.Asked.class);
        assertThat(last(exchange, LAST)).isInstanceOf(Outcome.Proven.class);
    }

    @Test
    void bindingIsOfferedOnTlsOnlyAndFirst() {
        exchange(true).begin(out);
        assertThat(written()).isEqualTo("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
        out.clear();
        exchange(false).begin(out);
        assertThat(written()).isEqualTo("SCRAM-SHA-256\0\0");
    }

    @Test
    void aProofOfAnotherPasswordIsWrong() {
        ScramExchange exchange = exchange(false);
        first(exchange, "SCRAM-SHA-256", FIRST);
        assertThat(last(exchange, LAST.replace("p=dH", "p=dI"))).isInstanceOf(Outcome.Wrong.class);
        assertThat(out.length()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SCRAM-SHA-256|`y,,n=,r=abc`|true|28000 SCRAM channel binding negotiation error",
                "SCRAM-SHA-256|`p=tls-server-end-point,,n=,r=abc`|true|08P01 malformed",
                "SCRAM-SHA-256-PLUS|`n,,n=,r=abc`|true|08P01 malformed",
                "SCRAM-SHA-256-PLUS|`y,,n=,r=abc`|true|08P01 malformed",
                "SCRAM-SHA-256-PLUS|`p=tls-unique,,n=,r=abc`|true|08P01 unsupported",
                "SCRAM-SHA-256-PLUS|`p=tls-server-end-point,,n=,r=a`|false|08P01 client selected",
                "SCRAM-SHA-1|`n,,n=,r=abc`|false|08P01 client selected an invalid SASL",
                "SCRAM-SHA-256|`n,a=bob,n=,r=abc`|false|0A000 client uses authorization",
                "SCRAM-SHA-256|`n,,m=x,n=,r=abc`|false|0A000 client requires an unsupported",
                "SCRAM-SHA-256|`n,,n=,r=`|false|08P01 non-printable",
                "SCRAM-SHA-256|`n,,n=,r=a c`|false|08P01 non-printable",
                "SCRAM-SHA-256|`n,,n=,r=é`|false|08P01 non-printable",
                "SCRAM-SHA-256|`n,,r=abc`|false|08P01 malformed",
                "SCRAM-SHA-256|`n,,n=,r=abc,`|false|08P01 malformed",
                "SCRAM-SHA-256|`n,,n=,r=abc,1=2`|false|08P01 malformed",
                "SCRAM-SHA-256|`x,,n=,r=abc`|false|08P01 malformed",
                "SCRAM-SHA-256|`n`|false|08P01 malformed",
                "SCRAM-SHA-256|``|false|08P01 malformed",
            })
    void aFirstMessageThatDoesNotFitIsRefused(
            String mechanism, String message, boolean tls, String refusal) {
        Outcome outcome = first(exchange(tls), mechanism, message);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        Outcome.Refused refused = (Outcome.Refused) outcome;
        assertThat(refused.sqlState() + " " + refused.message()).startsWith(refusal);
        assertThat(out.length()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`c=eSws,r=NONCE,p=PROOF`|08P01 unexpected SCRAM channel-binding",
                "`c=biws,r=NONCEx,p=PROOF`|08P01 invalid SCRAM response",
                "`c=biws,r=rOprNGfwEbeRWgbNEkqO,p=PROOF`|08P01 invalid SCRAM response",
                "`c=biws,r=NONCE`|08P01 malformed",
                "`c=biws,r=NONCE,p=`|08P01 malformed",
                "`c=biws,r=NONCE,p=dHzb`|08P01 malformed",
                "`c=biws,r=NONCE,p=PROOF=`|08P01 malformed",
                "`c=biws,r=NONCE,p=PROOF,x=y`|08P01 malformed",
                "`c=biws,r=NONCE,,p=PROOF`|08P01 malformed",
                "`r=NONCE,c=biws,p=PROOF`|08P01 malformed",
            })
    void aLastMessageThatDoesNotFitIsRefused(String message, String refusal) {
        ScramExchange exchange = exchange(false);
        first(exchange, "SCRAM-SHA-256", FIRST);
        Outcome outcome = last(exchange, message.replace("NONCE", NONCE).replace("PROOF", PROOF));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        Outcome.Refused refused = (Outcome.Refused) outcome;
        assertThat(refused.sqlState() + " " + refused.message()).startsWith(refusal);
    }

    @Test
    void base64WithStrayBitsIsNoProof() {
        ScramExchange exchange = exchange(false);
        first(exchange, "SCRAM-SHA-256", FIRST);
        assertThat(last(exchange, LAST.replace("VQ=", "VR="))).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aClientBoundToAnotherCertificateIsRefused() {
        ScramExchange exchange = exchange(true);
        String header = "p=tls-server-end-point,,";
        first(exchange, "SCRAM-SHA-256-PLUS", header + "n=,r=" + CLIENT_NONCE);
        String bound = Base64.getEncoder().encodeToString((header + "other").getBytes(UTF_8));
        Outcome outcome = last(exchange, "c=" + bound + ",r=" + NONCE + ",p=" + PROOF);
        assertThat(outcome)
                .isEqualTo(new Outcome.Refused("28000", "SCRAM channel binding check failed"));
    }
}
