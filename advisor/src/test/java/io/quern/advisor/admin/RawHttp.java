package io.quern.advisor.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** A request whose Host header is ours to choose, which a proper client never allows. */
final class RawHttp {
    private RawHttp() {}

    static int status(int port, String host) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request =
                    "GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            return Integer.parseInt(String.valueOf(in.readLine()).split(" ")[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
