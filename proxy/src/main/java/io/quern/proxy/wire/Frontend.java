package io.quern.proxy.wire;

/** The type bytes of the messages a client sends. */
public final class Frontend {
    /** Simple query: text. */
    public static final byte QUERY = 'Q';

    /** Name, text, int16 count, int32 type OIDs. */
    public static final byte PARSE = 'P';

    /** Portal name, statement name, formats, values, result formats. */
    public static final byte BIND = 'B';

    /** 'S' or 'P', name. */
    public static final byte DESCRIBE = 'D';

    /** Portal name, int32 row limit (0: none). */
    public static final byte EXECUTE = 'E';

    /** 'S' or 'P', name. */
    public static final byte CLOSE = 'C';

    public static final byte SYNC = 'S';
    public static final byte FLUSH = 'H';
    public static final byte FUNCTION_CALL = 'F';
    public static final byte COPY_DATA = 'd';
    public static final byte COPY_DONE = 'c';
    public static final byte COPY_FAIL = 'f';

    /** A password, a SASL answer or a GSS token. */
    public static final byte PASSWORD = 'p';

    public static final byte TERMINATE = 'X';

    private Frontend() {}
}
