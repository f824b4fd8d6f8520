package io.quern.proxy.backend;

import io.netty.buffer.ByteBuf;

/** Who a pooled backend works for just now. All methods are called on the backend's event loop. */
public interface Occupant {

    /** Bytes came; takes ownership. */
    void received(ByteBuf bytes);

    /** All bytes that were there have been {@link #received}: a good moment to flush. */
    void drained();

    /** The backend takes bytes again, or has enough of them. */
    void writabilityChanged();

    /** The connection is closed; nothing comes after this. */
    void gone();
}
