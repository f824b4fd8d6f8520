package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;

import java.time.Duration;

/**
 * Remembers for a short while what another source answered, so that a storm of logins is one
 * look-up for each user. Bounded in number and time; verifiers last longer than refusals. Those who
 * ask for the same user at once wait for one look-up. Thread-safe.
 */
public final class CachedVerifiers implements Verifiers {
    private static final int MOST_USERS = 10_000;
    private static final Duration KNOWN = Duration.ofSeconds(15);
    private static final Duration UNKNOWN = Duration.ofSeconds(2);
    private static final Duration UNAVAILABLE = Duration.ofSeconds(1);

    /** An answer younger than this is not doubted: wrong passwords shall not storm the source. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private record Entry(Answer answer, long askedAt) {}

    private final Verifiers source;
    private final Ticker ticker;
    private final Cache<String, Entry> entries;

    public CachedVerifiers(Verifiers source) {
        this(source, Ticker.systemTicker());
    }

    CachedVerifiers(Verifiers source, Ticker ticker) {
        this.source = requireNonNull(source, "source");
        this.ticker = ticker;
        this.entries =
                Caffeine.newBuilder()
                        .maximumSize(MOST_USERS)
                        .ticker(ticker)
                        .expireAfter(
                                Expiry.<String, Entry>creating(
                                        (user, entry) -> lifetime(entry.answer())))
                        .build();
    }

    @Override
    public Answer lookUp(String user) {
        return entries.get(user, this::ask).answer();
    }

    @Override
    public Answer lookUpAnew(String user, Answer doubted) {
        Entry entry = entries.get(user, this::ask);
        if (!entry.answer().equals(doubted) || ticker.read() - entry.askedAt() < FRESH.toNanos()) {
            return entry.answer();
        }
        // whoever comes first removes what all of them doubt
        entries.asMap().remove(user, entry);
        return lookUp(user);
    }

    private Entry ask(String user) {
        return new Entry(source.lookUp(user), ticker.read());
    }

    private static Duration lifetime(Answer answer) {
        return switch (answer) {
            case Answer.Known _ -> KNOWN;
            case Answer.Unknown _ -> UNKNOWN;
            case Answer.Unavailable _ -> UNAVAILABLE;
        };
    }
}
