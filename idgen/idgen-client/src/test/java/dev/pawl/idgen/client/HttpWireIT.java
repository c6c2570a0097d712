package dev.pawl.idgen.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.common.BackendException;
import dev.pawl.common.BackendException.Outcome;
import dev.pawl.common.Ticker;
import dev.pawl.idgen.spi.Reservation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service that misbehaves on the connection itself can do to a client: it is the test that speaks for it. */
class HttpWireIT {

    private static final String NOTHING = "";
    private static final String HALF_A_HEAD = "HTTP/1.1 201 Created\r\nContent-Le";
    private static final String HALF_A_BODY = "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"tag\":";
    private static final Duration SHORT = Duration.ofMillis(300);

    private ServerSocket service;

    @BeforeEach
    void listen() throws IOException {
        service = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        service.setSoTimeout(10_000);
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, HALF_A_HEAD, HALF_A_BODY})
    void anAttemptThatEndsForTimeClosesItsConnection(String said) throws IOException {
        try (IdServiceClient client = client(SHORT)) {
            CompletionStage<Reservation> call = client.reserve("orders", 10);
            try (Socket connection = accept(said)) {
                assertThat(Calls.failure(call).outcome()).isEqualTo(Outcome.UNKNOWN);
                assertClosed(connection);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, HALF_A_HEAD, HALF_A_BODY})
    @SuppressWarnings("try") // it is closed early
    void closeEndsACallWhereverItsAnswerHangs(String said) throws IOException {
        try (IdServiceClient client = client(Duration.ofSeconds(10))) {
            CompletionStage<Reservation> call = client.reserve("orders", 10);
            try (Socket connection = accept(said)) {
                long startNanos = Ticker.system().nanos();

                client.close();

                assertThat(Calls.failure(call).outcome()).isEqualTo(Outcome.UNKNOWN);
                assertThat(Ticker.system().nanos() - startNanos).isLessThan(TimeUnit.SECONDS.toNanos(8));
                assertClosed(connection);
            }
        }
    }

    @Test
    void aConnectionThatTheServiceCutsAfterTheRequestIsUnknownAndNotRepeated() throws IOException {
        try (IdServiceClient client = client(Duration.ofSeconds(5))) {
            CompletionStage<Reservation> call = client.reserve("orders", 10);
            accept(NOTHING).close();

            assertThat(Calls.failure(call).outcome()).isEqualTo(Outcome.UNKNOWN);
            service.setSoTimeout(300);
            assertThat(catchThrowable(service::accept)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aCallThatMeetsTheCloseEndsAtOnce() {
        HttpWire wire = new HttpWire(Optional.empty(), Duration.ofSeconds(10), Duration.ofSeconds(10));
        wire.close();
        long startNanos = Ticker.system().nanos();

        assertThat(Calls.succeeds(wire.send(uri(), new Wire.Call("DELETE", "/", Optional.empty()))))
                .isFalse();

        assertThat(Ticker.system().nanos() - startNanos).isLessThan(TimeUnit.SECONDS.toNanos(8));
        assertThat(wire.underWay())
                .as("nothing is kept of a call that has ended")
                .isZero();
    }

    @Test
    void aConnectionThatIsNotTakenInTimeIsNotApplied() throws IOException {
        List<Socket> waiting = fillTheBacklog();
        try (IdServiceClient client = IdServiceClient.builder(uri())
                .attemptTimeout(Duration.ofSeconds(10))
                .connectTimeout(Duration.ofMillis(100))
                .build()) {
            BackendException failure = Calls.failure(client.reserve("orders", 10));

            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining("could not be connected to");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Connects until nobody is answered any more. */
    private List<Socket> fillTheBacklog() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        while (waiting.size() < 100) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(service.getLocalSocketAddress(), 500);
            } catch (SocketTimeoutException full) {
                return waiting;
            }
        }
        throw new AssertionError("connections beyond the backlog must wait");
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + service.getLocalPort());
    }

    private IdServiceClient client(Duration attempt) {
        return IdServiceClient.builder(uri()).attemptTimeout(attempt).build();
    }

    /** Reads the request, whose body ends with a brace, and says so much of an answer. */
    private Socket accept(String said) throws IOException {
        Socket connection = service.accept();
        connection.setSoTimeout(10_000);
        InputStream request = connection.getInputStream();
        while (request.read() != '}') {
            assertThat(connection.isClosed()).isFalse();
        }
        connection.getOutputStream().write(said.getBytes(US_ASCII));
        connection.getOutputStream().flush();
        return connection;
    }

    private static void assertClosed(Socket connection) {
        int read;
        try {
            read = connection.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection must be closed", e);
        } catch (IOException reset) {
            return;
        }
        assertThat(read).isEqualTo(-1);
    }
}
