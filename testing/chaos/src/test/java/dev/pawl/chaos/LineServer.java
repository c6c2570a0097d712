package dev.pawl.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Answers lines by lines over TCP on loopback, each connection on a thread of its own. Thread-safe. */
final class LineServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Supplier<Answers> connections;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Answers the lines of one connection. */
    interface Answers {
        String to(String line) throws InterruptedException;

        /** The reply has left. */
        default void sent(String line, String reply) {}
    }

    LineServer(Supplier<Answers> connections) throws IOException {
        this.connections = connections;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("lines", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                daemon("lines of a connection", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            Answers answers = connections.get();
            BufferedReader requests =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                String reply = answers.to(line);
                socket.getOutputStream().write((reply + "\n").getBytes(StandardCharsets.UTF_8));
                answers.sent(line, reply);
            }
        } catch (IOException e) {
            // The process was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }
}
