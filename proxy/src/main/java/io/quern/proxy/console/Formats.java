package io.quern.proxy.console;

import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.ProtocolViolation;

import java.util.ArrayList;
import java.util.List;

/**
 * The formats a Bind asks for: none means text for all, one stands for all, else one for each.
 *
 * @param codes 0 text, 1 binary
 */
record Formats(List<Integer> codes) {
    static final Formats TEXT = new Formats(List.of());

    Formats {
        codes = List.copyOf(codes);
    }

    /** Reads them from a Bind. */
    static Formats read(MessageReader in) {
        int count = in.int16();
        if (count * 2 > in.remaining()) {
            throw new ProtocolViolation("a message is shorter than its fields");
        }
        List<Integer> codes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int code = in.int16();
            if (code > 1) {
                throw new Refusal("22023", "unsupported format code: " + code);
            }
            codes.add(code);
        }
        return count == 0 ? TEXT : new Formats(codes);
    }

    boolean binary(int index) {
        return switch (codes.size()) {
            case 0 -> false;
            case 1 -> codes.getFirst() == 1;
            default -> codes.get(index) == 1;
        };
    }

    /** Whether they fit so many values. */
    boolean fit(int values) {
        return codes.size() <= 1 || codes.size() == values;
    }
}
