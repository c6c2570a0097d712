package dev.pawl.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A worker's way to the resource: one line there, one line back. For use by one thread. */
final class CounterConnection implements AutoCloseable {

    static final String OK = "OK";
    static final String LAST = "LAST";
    static final String REFUSED = "REFUSED";

    private final Socket socket;
    private final BufferedReader replies;

    /** What the resource answered; the number is that of a read. */
    record Reply(String word, long number) {

        boolean accepted() {
            return !word.equals(REFUSED);
        }

        boolean isLast() {
            return word.equals(LAST);
        }
    }

    CounterConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    Reply read(String contender, long attempt, String token) throws IOException {
        return ask("READ " + contender + " " + attempt + " 0 " + token);
    }

    Reply write(String contender, long attempt, String token, long number) throws IOException {
        return ask("WRITE " + contender + " " + attempt + " " + number + " " + token);
    }

    Reply ask(String request) throws IOException {
        socket.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
        String line = replies.readLine();
        if (line == null) {
            throw new IOException("the counter has closed the connection");
        }
        String[] words = line.split(" ");
        return new Reply(words[0], Long.parseLong(words[1]));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
