package dev.pawl.lock.jdbc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy on loopback that counts how often the client speaks after the server did: round trips, on one connection. */
final class RoundTrips implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final AtomicInteger trips = new AtomicInteger();
    private volatile boolean serverSpoke = true;

    RoundTrips(int target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many since it was last asked. */
    int sinceLast() {
        return trips.getAndSet(0);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                start(() -> pump(client, server, true));
                start(() -> pump(server, client, false));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pump(Socket from, Socket to, boolean request) {
        byte[] packet = new byte[65_536];
        try (from;
                to) {
            for (int n = from.getInputStream().read(packet);
                    n >= 0;
                    n = from.getInputStream().read(packet)) {
                if (request && serverSpoke) {
                    trips.incrementAndGet();
                }
                serverSpoke = !request;
                to.getOutputStream().write(packet, 0, n);
            }
        } catch (IOException e) {
            // One side is gone.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "round trips");
        thread.setDaemon(true);
        thread.start();
    }
}
