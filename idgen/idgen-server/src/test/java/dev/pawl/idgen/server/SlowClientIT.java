package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(60)
class SlowClientIT {

    private static TestService service;

    @BeforeAll
    static void start() {
        service = TestService.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (RawHttp silent = new RawHttp(service.port())) {
            assertThat(silent.untilClosed()).isEmpty();
        }
    }

    @Test
    void headersThatNeverEndDoNotKeepAConnectionOpen() throws IOException {
        List<RawHttp> slow = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            slow.add(
                    new RawHttp(service.port()).send("GET /v1/generators/orders/ids/next HTTP/1.1\r\nHost: x\r\nA: b"));
        }
        service.rest.requireGoesOn();
        for (RawHttp one : slow) {
            assertThat(one.untilClosed()).isEmpty();
            one.close();
        }
        service.rest.requireGoesOn();
    }

    @Test
    void aTrickleOfHeaderBytesIsNoRequest() throws IOException {
        try (RawHttp trickle = new RawHttp(service.port())) {
            trickle.send("GET /livez HTTP/1.1\r\n");
            assertThat(trickledUntilClosed(trickle)).isTrue();
        }
    }

    /** Sends a byte whenever the read times out, as a slow client does, until the other side has had enough. */
    private static boolean trickledUntilClosed(RawHttp raw) throws IOException {
        for (int i = 0; i < 40; i++) {
            try {
                raw.send("a");
                if (raw.closedWithin(250)) {
                    return true;
                }
            } catch (java.net.SocketException reset) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aBodyThatDoesNotComeIsAnsweredWithATimeout() throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send("POST /v1/generators/orders/ids HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n{\"co");
            assertThat(raw.untilClosed())
                    .startsWith("HTTP/1.1 408")
                    .contains("urn:pawl:problem:request-timeout", "connection: close");
        }
        service.rest.requireGoesOn();
    }

    @Test
    void aConnectionInUseStaysOpen() throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            for (int i = 0; i < 12; i++) {
                raw.send("GET /v1/generators/orders/ids/next HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(raw.until("}")).startsWith("HTTP/1.1 200");
                assertThat(raw.closedWithin(300)).isFalse();
            }
        }
    }
}
