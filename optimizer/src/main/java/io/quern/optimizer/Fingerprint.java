package io.quern.optimizer;

/**
 * The 64-bit hash of a normalised statement: the same for all literals and for {@code $n}, for any
 * case of keywords and unquoted identifiers, any comments and white space, and any length of an IN
 * list of literals. Equal fingerprints name one template; a hash alone never decides which variant
 * runs.
 */
public record Fingerprint(long value) {

    /** Sixteen lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x", value);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws NumberFormatException if the text is not a hexadecimal number of at most 64 bits
     */
    public static Fingerprint parse(String hex) {
        return new Fingerprint(Long.parseUnsignedLong(hex, 16));
    }
}
