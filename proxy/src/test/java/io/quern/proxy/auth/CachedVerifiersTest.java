package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.proxy.auth.Verifiers.Answer;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

class CachedVerifiersTest {
    private final AtomicLong now = new AtomicLong();
    private Answer answer = known("old");
    private int asked;

    private final CachedVerifiers cached =
            new CachedVerifiers(
                    user -> {
                        asked++;
                        return answer;
                    },
                    now::get);

    private static Answer known(String password) {
        return new Answer.Known(new Verifier.Plain(password), Instant.MAX);
    }

    private void wait(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void manyLoginsAreOneLookUpForAWhile() {
        for (int i = 0; i < 100; i++) {
            assertThat(cached.lookUp("user")).isEqualTo(known("old"));
        }
        assertThat(asked).isOne();
        cached.lookUp("other");
        assertThat(asked).isEqualTo(2);
        wait(Duration.ofSeconds(16));
        cached.lookUp("user");
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void refusalsAreForgottenSooner() {
        answer = new Answer.Unknown("is new");
        cached.lookUp("user");
        cached.lookUp("user");
        assertThat(asked).isOne();
        wait(Duration.ofSeconds(3));
        answer = known("new");
        assertThat(cached.lookUp("user")).isEqualTo(known("new"));
    }

    @Test
    void anAnswerThatDidNotServeIsAskedForAnewOnce() {
        Answer old = cached.lookUp("user");
        answer = known("new");
        wait(Duration.ofSeconds(2));
        assertThat(cached.lookUpAnew("user", old)).isEqualTo(known("new"));
        // others who doubt the same find the new one
        assertThat(cached.lookUpAnew("user", old)).isEqualTo(known("new"));
        assertThat(cached.lookUp("user")).isEqualTo(known("new"));
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void wrongPasswordsDoNotStormTheSource() {
        for (int i = 0; i < 100; i++) {
            cached.lookUpAnew("user", cached.lookUp("user"));
        }
        assertThat(asked).isOne();
    }
}
