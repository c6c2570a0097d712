package dev.pawl.idgen.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket that says what it is told to, HTTP or not. */
final class RawHttp implements AutoCloseable {

    private final Socket socket;

    RawHttp(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
    }

    RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Everything until the other side closes. */
    String untilClosed() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (java.net.SocketException reset) {
            // A refused connection may be reset once the answer is out.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Everything until a text was read, or the end. */
    String until(String text) throws IOException {
        StringBuilder all = new StringBuilder();
        InputStream in = socket.getInputStream();
        int c;
        while (all.indexOf(text) < 0 && (c = in.read()) >= 0) {
            all.append((char) c);
        }
        return all.toString();
    }

    /** Waits for the other side to close, for at most that long; what it sends meanwhile is an error. */
    boolean closedWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } finally {
            socket.setSoTimeout(10_000);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
