package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The addresses that share a prefix. An IPv4 address and the same one mapped into IPv6 ({@code
 * ::ffff:10.0.0.1}) are one.
 *
 * @param base its first address
 * @param prefix how many leading bits count: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Network(InetAddress base, int prefix) {
    private static final Pattern IPV4 =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final int MAPPED_BITS = 96;

    public Network {
        requireNonNull(base, "base");
        byte[] bytes = base.getAddress();
        if (prefix < 0 || prefix > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException("prefix is out of range");
        }
        if (!Arrays.equals(bytes, masked(bytes, prefix))) {
            throw new IllegalArgumentException("base has bits beyond its prefix");
        }
    }

    /**
     * Reads an address ({@code 10.0.0.1}, {@code ::1}) or a network ({@code 10.0.0.0/8}); names are
     * not looked up.
     *
     * @throws IllegalArgumentException if it is neither; the message is one line
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        if (!IPV4.matcher(written).matches() && !IPV6.matcher(written).matches()) {
            throw invalid(text, "is no address or network");
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(written);
        } catch (IllegalArgumentException malformed) {
            throw invalid(text, "is no address or network");
        }
        int bits = address.getAddress().length * Byte.SIZE;
        int prefix = slash < 0 ? bits : prefix(text, slash, written, address);
        if (prefix < 0 || prefix > bits) {
            throw invalid(text, "has a prefix that is out of range");
        }
        byte[] base = masked(address.getAddress(), prefix);
        if (!Arrays.equals(base, address.getAddress())) {
            throw invalid(text, "has bits beyond its prefix");
        }
        return new Network(address, prefix);
    }

    private static int prefix(String text, int slash, String written, InetAddress address) {
        String digits = text.substring(slash + 1);
        if (!PREFIX.matcher(digits).matches()) {
            throw invalid(text, "has a prefix that is no number");
        }
        int prefix = Integer.parseInt(digits);
        // the JDK reads ::ffff:10.0.0.0 as 10.0.0.0; the prefix was counted from the longer form
        boolean mapped = address instanceof Inet4Address && written.indexOf(':') >= 0;
        return mapped ? prefix - MAPPED_BITS : prefix;
    }

    boolean contains(InetAddress address) {
        byte[] bytes = unmapped(address.getAddress());
        return bytes.length == base.getAddress().length
                && Arrays.equals(masked(bytes, prefix), base.getAddress());
    }

    private static byte[] unmapped(byte[] bytes) {
        if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        return Arrays.copyOfRange(bytes, 12, 16);
    }

    private static byte[] masked(byte[] bytes, int prefix) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - i * Byte.SIZE, 0, Byte.SIZE);
            masked[i] &= (byte) (0xFF << (Byte.SIZE - kept));
        }
        return masked;
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("\"" + text + "\" " + why);
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefix;
    }
}
