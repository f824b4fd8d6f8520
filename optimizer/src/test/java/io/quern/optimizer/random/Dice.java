package io.quern.optimizer.random;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Chance, the same for the same seed. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        // seeds in a row begin alike
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    double fraction() {
        return random.nextDouble();
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** In so many of a hundred cases. */
    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    String of(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> @Nullable T any(List<T> list) {
        return list.isEmpty() ? null : pick(list);
    }

    <T> List<T> shuffled(List<T> list) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    /** A few of a list, in another order. */
    <T> List<T> some(List<T> list, int from, int to) {
        List<T> copy = shuffled(list);
        return List.copyOf(copy.subList(0, Math.min(copy.size(), between(from, to))));
    }
}
