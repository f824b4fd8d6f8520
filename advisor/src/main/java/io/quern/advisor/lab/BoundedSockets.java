package io.quern.advisor.lab;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.SocketFactory;

/**
 * Makes sockets that take a bounded number of bytes for an answer: the driver keeps whole results,
 * and its own bound counts values only, of which a row may have none. Beyond the bound the session
 * breaks off. Public because the driver makes it, of a property {@code socketFactoryArg}.
 */
public final class BoundedSockets extends SocketFactory {
    private final long bytes;

    /**
     * @param bytes how many may come between two messages that are sent
     */
    public BoundedSockets(String bytes) {
        this.bytes = Long.parseLong(bytes);
    }

    @Override
    public Socket createSocket() {
        return new Bounded(bytes);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("not connected here");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        throw new IOException("not connected here");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new IOException("not connected here");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        throw new IOException("not connected here");
    }

    private static final class Bounded extends Socket {
        private final long bytes;
        private final AtomicLong left;

        Bounded(long bytes) {
            this.bytes = bytes;
            this.left = new AtomicLong(bytes);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int read = super.read();
                    count(1);
                    return read;
                }

                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    int read = super.read(into, from, length);
                    count(read);
                    return read;
                }
            };
        }

        private void count(int read) throws IOException {
            if (left.addAndGet(-read) < 0) {
                throw new IOException("the answer is too long");
            }
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(int b) throws IOException {
                    left.set(bytes);
                    super.out.write(b);
                }

                @Override
                public void write(byte[] from, int start, int length) throws IOException {
                    left.set(bytes);
                    super.out.write(from, start, length);
                }
            };
        }
    }
}
