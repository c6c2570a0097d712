package dev.pawl.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a server that repeats what it hears. */
final class CuttingProxyIT {

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private ServerSocket server;
    private CuttingProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = CuttingProxy.to("127.0.0.1", server.getLocalPort());
        daemon(() -> {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                daemon(() -> repeat(socket));
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void everythingPassesUntilToldOtherwise() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("one");
            assertThat(ask(socket, "two")).isEqualTo("two");
        }
    }

    @Test
    void theReplyToTheNamedRequestIsLostAfterTheServerHasHeardIt() throws IOException {
        proxy.cutReplyTo("two");
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("one");
            assertThat(ask(socket, "two")).isEmpty();
        }
        assertThat(heard).containsExactly("one", "two");
        assertThat(proxy.repliesLost()).isEqualTo(1);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "two")).as("once only").isEqualTo("two");
        }
    }

    @Test
    void aCutThatIsTakenBackDoesNotCome() throws IOException {
        proxy.cutReplyTo("two");
        proxy.cutNoReply();
        try (Socket socket = connect()) {
            assertThat(ask(socket, "two")).isEqualTo("two");
        }
        assertThat(proxy.repliesLost()).isZero();
    }

    @Test
    void aRefusingProxyCutsAndLetsNobodyIn() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, "one")).isEqualTo("one");
            proxy.refuse(true);
            assertThat(ask(before, "two")).isEmpty();
        }
        try (Socket socket = connect()) {
            assertThat(ask(socket, "three")).isEmpty();
        }
        assertThat(heard).containsExactly("one");
        proxy.refuse(false);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "four")).isEqualTo("four");
        }
    }

    @Test
    void aRetargetedProxyCutsAndLeadsToTheOtherServer() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Socket before = connect()) {
            assertThat(ask(before, "one")).isEqualTo("one");
            proxy.retarget(other.getLocalPort());
            assertThat(ask(before, "two")).isEmpty();
            try (Socket after = connect();
                    Socket accepted = other.accept()) {
                after.getOutputStream().write(3);
                assertThat(accepted.getInputStream().read()).isEqualTo(3);
            }
        }
        assertThat(heard).containsExactly("one");
    }

    @Test
    void aDelayHoldsBothDirectionsBack() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "one")).isEqualTo("one");
            proxy.delay(Duration.ofMillis(100));
            long start = System.nanoTime();
            assertThat(ask(socket, "two")).isEqualTo("two");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(190));
        }
    }

    @Test
    void droppedRepliesLeaveTheConnectionOpen() throws IOException {
        proxy.dropReplies(true);
        try (Socket socket = connect()) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write("one".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(heard).containsExactly("one");
    }

    @Test
    void aSwallowedConnectionStaysOpenAndNothingPasses() throws IOException {
        try (Socket socket = connect();
                Socket later = connectAfterSwallowing(socket)) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write("two".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(ask(later, "three")).isEqualTo("three");
        }
        assertThat(heard).containsExactly("one", "three");
    }

    @Test
    void behindAProxyThatIsIsolatedNobodyLearnsOfTheOthersEnd() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, "one")).isEqualTo("one");
            proxy.isolate();
            try (Socket later = connect()) {
                later.setSoTimeout(300);
                later.getOutputStream().write("two".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> later.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            }
            proxy.cutAll();
            assertThat(ask(before, "three")).isEmpty();
        }
        try (Socket again = connect()) {
            assertThat(ask(again, "four")).isEqualTo("four");
        }
        assertThat(heard).containsExactly("one", "four");
    }

    @Test
    void whatIsHeldBackComesLater() throws IOException {
        try (Socket socket = connect()) {
            proxy.holdRequests(true);
            proxy.holdReplies(true);
            socket.setSoTimeout(300);
            socket.getOutputStream().write("one".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(heard).isEmpty();
            proxy.holdRequests(false);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(heard).containsExactly("one");
            proxy.holdReplies(false);
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo('o');
        }
    }

    private Socket connectAfterSwallowing(Socket socket) throws IOException {
        assertThat(ask(socket, "one")).isEqualTo("one");
        proxy.swallow();
        return connect();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    /** Returns the reply, or nothing where the connection ends. */
    private static String ask(Socket socket, String request) {
        try {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] reply = new byte[100];
            int n = socket.getInputStream().read(reply);
            return n < 0 ? "" : new String(reply, 0, n, StandardCharsets.US_ASCII);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither reply nor end", e);
        } catch (IOException e) {
            return "";
        }
    }

    private void repeat(Socket socket) throws IOException {
        byte[] packet = new byte[100];
        for (int n = socket.getInputStream().read(packet);
                n >= 0;
                n = socket.getInputStream().read(packet)) {
            heard.add(new String(packet, 0, n, StandardCharsets.US_ASCII));
            socket.getOutputStream().write(packet, 0, n);
        }
        socket.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The test closed the socket.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
