package dev.pawl.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on loopback that fails as networks do: it cuts between a request and its reply, delays, drops replies, and
 * refuses. Passes everything until told otherwise. Thread-safe.
 */
public final class CuttingProxy implements AutoCloseable {

    private static final long HOLD_NANOS = 1_000_000;

    private final ServerSocket listener;
    private final InetAddress targetHost;
    private volatile int targetPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> swallowed = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> cutAfter = new AtomicReference<>();
    private final AtomicInteger repliesLost = new AtomicInteger();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean refusing;
    private volatile boolean droppingReplies;
    private volatile boolean holdingRequests;
    private volatile boolean holdingReplies;
    private volatile boolean isolated;

    private CuttingProxy(ServerSocket listener, InetAddress targetHost, int targetPort) {
        this.listener = listener;
        this.targetHost = targetHost;
        this.targetPort = targetPort;
    }

    /**
     * Starts a proxy on a free port of loopback.
     *
     * @param host where the server is
     * @param port its port
     * @return the proxy; close it after use
     * @throws IOException if no port can be had
     */
    public static CuttingProxy to(String host, int port) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CuttingProxy proxy = new CuttingProxy(listener, InetAddress.getByName(host), port);
        start("proxy", proxy::accept);
        return proxy;
    }

    /**
     * Returns the port to connect to.
     *
     * @return a port on loopback
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Cuts all connections and lets new ones go to another server of the same host, as a name does that has moved.
     *
     * @param port the server's port
     */
    public void retarget(int port) {
        targetPort = port;
        cutAll();
    }

    /**
     * Cuts the connection of the next request that contains a text, when the server's reply to it arrives: the server
     * has done what it was asked for, and the client will never know.
     *
     * @param requestPart the text, in ASCII, within one packet
     */
    public void cutReplyTo(String requestPart) {
        cutAfter.set(Objects.requireNonNull(requestPart, "requestPart"));
    }

    /** Takes {@link #cutReplyTo} back, if no such request came. */
    public void cutNoReply() {
        cutAfter.set(null);
    }

    /**
     * Returns how many replies were lost to {@link #cutReplyTo}: a test in which the fault did not happen shows nothing.
     *
     * @return the count
     */
    public int repliesLost() {
        return repliesLost.get();
    }

    /**
     * Holds every packet back from now on, in both directions.
     *
     * @param duration how long; zero ends it
     */
    public void delay(Duration duration) {
        delay = duration;
    }

    /**
     * Swallows what the server says from now on, while the connections stay open: a network that drops one way.
     *
     * @param dropping whether to
     */
    public void dropReplies(boolean dropping) {
        droppingReplies = dropping;
    }

    /**
     * Swallows from now on all that passes on the present connections, in both directions, and leaves them open: a host that is
     * gone without a word. New connections pass.
     */
    public void swallow() {
        swallowed.addAll(sockets);
    }

    /**
     * As {@link #swallow()}, and new connections are accepted and not answered, until {@link #cutAll()}: nobody behind the proxy learns
     * that the other side has ended.
     */
    public void isolate() {
        isolated = true;
        swallow();
    }

    /**
     * Keeps back what clients say from now on, or lets all of it pass.
     *
     * @param holding whether to
     */
    public void holdRequests(boolean holding) {
        holdingRequests = holding;
    }

    /**
     * Keeps back what the server says from now on, or lets all of it pass.
     *
     * @param holding whether to
     */
    public void holdReplies(boolean holding) {
        holdingReplies = holding;
    }

    /**
     * Cuts all connections and refuses new ones, or accepts them again.
     *
     * @param refuse whether to
     */
    public void refuse(boolean refuse) {
        refusing = refuse;
        if (refuse) {
            cutAll();
        }
    }

    /** Cuts all connections; new ones pass. */
    public void cutAll() {
        isolated = false;
        sockets.forEach(CuttingProxy::cut);
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    cut(client);
                    continue;
                }
                sockets.add(client);
                if (isolated) {
                    continue;
                }
                Socket server = new Socket(targetHost, targetPort);
                sockets.add(server);
                AtomicBoolean doomed = new AtomicBoolean();
                start("proxy request", () -> pump(client, server, doomed, true));
                start("proxy reply", () -> pump(server, client, doomed, false));
            } catch (IOException e) {
                // The listener was closed, or the server is down: the client sees its connection end.
                if (!listener.isClosed()) {
                    cutAll();
                }
            }
        }
    }

    private void pump(Socket from, Socket to, AtomicBoolean doomed, boolean request) {
        byte[] packet = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            for (int n = in.read(packet); n >= 0; n = in.read(packet)) {
                LockSupport.parkNanos(delay.toNanos());
                while (request ? holdingRequests : holdingReplies) {
                    LockSupport.parkNanos(HOLD_NANOS);
                }
                if (swallowed.contains(from)) {
                    continue;
                }
                if (request) {
                    doomed.compareAndSet(false, meetsItsEnd(packet, n)); // before the server can reply
                } else if (doomed.get()) {
                    repliesLost.incrementAndGet();
                    break;
                } else if (droppingReplies) {
                    continue;
                }
                to.getOutputStream().write(packet, 0, n);
            }
        } catch (IOException e) {
            // One side is gone, which the other learns now.
        } finally {
            cut(from);
            if (!swallowed.remove(from) || !isolated) {
                cut(to);
            }
        }
    }

    private boolean meetsItsEnd(byte[] packet, int length) {
        String part = cutAfter.get();
        return part != null
                && new String(packet, 0, length, StandardCharsets.ISO_8859_1).contains(part)
                && cutAfter.compareAndSet(part, null);
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as closed as it can be.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
