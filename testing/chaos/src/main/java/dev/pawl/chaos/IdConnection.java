package dev.pawl.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection to the id service, which sends a request only when the one before was answered, so that the ids of a
 * connection have an order. It never sends a request twice: what broke stays unknown. Confined to one thread.
 */
public final class IdConnection implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** The code's place in "HTTP/1.1 200 OK". */
    private static final int STATUS_BEGIN = 9;

    private static final int STATUS_END = 12;

    private final Socket socket;
    private final InputStream input;

    /** A complete answer. */
    public static final class Reply {
        private final int status;
        private final boolean retryAfter;
        private final byte[] body;

        private Reply(int status, boolean retryAfter, byte[] body) {
            this.status = status;
            this.retryAfter = retryAfter;
            this.body = body;
        }

        /**
         * Returns the status code.
         *
         * @return the code
         */
        public int status() {
            return status;
        }

        /**
         * Tells whether the answer says when to come again.
         *
         * @return whether there was a {@code Retry-After}
         */
        public boolean retryAfter() {
            return retryAfter;
        }

        /**
         * Returns the body as text.
         *
         * @return the text
         */
        public String text() {
            return new String(body, US_ASCII);
        }
    }

    /**
     * An answer without ids.
     *
     * @param status the status code
     * @param type the last part of the problem's URI, empty if the body says none
     * @param retryAfter whether the answer says when to come again
     */
    public record Refusal(int status, String type, boolean retryAfter) {}

    /** The service answered, and not with ids. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
        private static final Pattern PROBLEM = Pattern.compile("urn:pawl:problem:([a-z-]+)");

        private final transient Refusal refusal;

        RefusedException(Reply reply) {
            super("refused with " + reply.status + ": " + reply.text());
            Matcher problem = PROBLEM.matcher(reply.text());
            this.refusal = new Refusal(reply.status, problem.find() ? problem.group(1) : "", reply.retryAfter);
        }

        /**
         * Tells what kind of answer it was.
         *
         * @return the kind
         */
        public Refusal refusal() {
            return refusal;
        }
    }

    IdConnection(int port) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), TIMEOUT_MILLIS);
            input = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Takes one id.
     *
     * @param generator the generator's name
     * @return the id
     * @throws RefusedException if the service answered otherwise
     * @throws IOException if no complete answer came
     */
    public long next(String generator) throws IOException {
        Reply reply = get("/v1/generators/" + generator + "/ids/next", "text/plain");
        if (reply.status != 200) {
            throw new RefusedException(reply);
        }
        return Long.parseLong(reply.text());
    }

    /**
     * Takes a batch.
     *
     * @param generator the generator's name
     * @param count how many
     * @return the ids in the reply's order
     * @throws RefusedException if the service answered otherwise
     * @throws IOException if no complete answer came
     */
    public long[] batch(String generator, int count) throws IOException {
        String body = "{\"count\":" + count + "}";
        Reply reply = exchange("POST /v1/generators/" + generator + "/ids HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: application/octet-stream\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
        if (reply.status != 201) {
            throw new RefusedException(reply);
        }
        if (reply.body.length != count * Long.BYTES) {
            throw new AssertionError("a batch must have " + count + " ids: bytes=" + reply.body.length);
        }
        long[] ids = new long[count];
        ByteBuffer.wrap(reply.body).asLongBuffer().get(ids);
        return ids;
    }

    /**
     * Sends any GET.
     *
     * @param path the path
     * @param accept the media type
     * @return the answer
     * @throws IOException if no complete answer came
     */
    public Reply get(String path, String accept) throws IOException {
        return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n");
    }

    private Reply exchange(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        String statusLine = line();
        int length = 0;
        boolean retryAfter = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
            if (name.equals("content-length")) {
                length = Integer.parseInt(header.substring(name.length() + 1).strip());
            }
            retryAfter |= name.equals("retry-after");
        }
        byte[] body = input.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer was cut off: bytes=" + body.length + " of " + length);
        }
        return new Reply(Integer.parseInt(statusLine.substring(STATUS_BEGIN, STATUS_END)), retryAfter, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended before the answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is lost with a connection that cannot even be closed.
            assert socket.isClosed();
        }
    }
}
