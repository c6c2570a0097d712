package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedHttpIT {

    private static final String POST =
            "POST /v1/generators/orders/ids HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    private static TestService service;

    @BeforeAll
    static void start() {
        service = TestService.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void theServiceGoesOn() {
        service.rest.requireGoesOn();
    }

    private static String answer(String request) throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            String answer = raw.send(request).untilClosed();
            Rest.requireNoLeak(answer);
            return answer;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /livez HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET /v1/generators/orders/ids/next HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET /livez HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET /v1/generators/orders/ids/next HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET /%zz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET /v1/generators/%c3/ids/next HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "GET livez HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n|400|malformed-request",
                "get /livez HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n|501|not-implemented",
                "GET /livez HTTP/1.1\\r\\nHost: x\\r\\nBad Header\\r\\n\\r\\n|400|malformed-request",
                "GET /livez HTTP/1.1\\r\\nHost: x\\r\\nA: b\\0c\\r\\n\\r\\n|400|malformed-request",
                "TRACE /livez HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n|405|method-not-allowed",
                "gibberish\\r\\n\\r\\n|400|malformed-request"
            })
    void whatIsNotHttpIsAnsweredAsAProblem(String escaped, int status, String problem) throws IOException {
        String request = escaped.replace("\\r\\n", "\r\n").replace("\\0", "\0");
        assertThat(answer(request))
                .matches("(?s)HTTP/1\\.[01] " + status + " .*")
                .contains("urn:pawl:problem:" + problem)
                .doesNotContain("Server:");
    }

    @Test
    void anotherVersionOfHttpIsNotServed() throws IOException {
        assertThat(answer("GET /livez HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains(" 501 ");
    }

    @Test
    void aLongRequestLineAndLongHeadersAreRefused() throws IOException {
        assertThat(answer("GET /" + "x".repeat(8000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.0 414")
                .contains("urn:pawl:problem:uri-too-long");
        assertThat(answer("GET /livez HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(16_000) + "\r\n\r\n"))
                .matches("(?s)HTTP/1\\.[01] 431 .*")
                .contains("urn:pawl:problem:headers-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{\"cou",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: abc\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n"
            })
    void aContentLengthThatCannotBeIsRefused(String rest) throws IOException {
        assertThat(answer(POST + rest)).matches("(?s)HTTP/1\\.[01] 400 .*");
    }

    @Test
    void aChunkedBodyIsReadAndOneBeyondTheLimitIsRefusedWhileItStreams() throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(POST + "Transfer-Encoding: chunked\r\n\r\n")
                    .send("5\r\n{\"cou\r\n")
                    .send("6\r\nnt\":2}\r\n0\r\n\r\n");
            assertThat(raw.until("]}")).startsWith("HTTP/1.1 201").contains("{\"ids\":[");
        }
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
            String chunk = "1000\r\n" + " ".repeat(4096) + "\r\n";
            for (int i = 0; i < 5; i++) {
                raw.send(chunk);
            }
            // The end of the body was never sent.
            assertThat(raw.until("}")).startsWith("HTTP/1.1 413").contains("connection: close", "body-too-large");
        }
    }

    @Test
    void aBrokenChunkClosesTheConnectionOnly() throws IOException {
        assertThat(answer(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")).doesNotContain(" 201 ");
    }

    @Test
    void anAnnouncedBodyBeyondTheLimitIsRefusedBeforeItIsSent() throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(POST + "Content-Length: 20000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(raw.until("}")).startsWith("HTTP/1.1 413").doesNotContain("100 Continue");
        }
    }

    @Test
    void anExpectedContinueIsGivenAndAnotherExpectationRefused() throws IOException {
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(POST + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n");
            assertThat(raw.until("\r\n\r\n")).startsWith("HTTP/1.1 100");
            raw.send("{\"count\":1}");
            assertThat(raw.until("]}")).startsWith("HTTP/1.1 201");
        }
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(POST + "Content-Length: 11\r\nExpect: a-miracle\r\n\r\n");
            assertThat(raw.until("}")).startsWith("HTTP/1.1 417").contains("expectation-failed");
        }
    }

    @Test
    void aClientThatHangsUpMidwayDisturbsNobody() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (RawHttp raw = new RawHttp(service.port())) {
                raw.send(i % 2 == 0 ? POST + "Content-Length: 11\r\n\r\n{\"co" : "GET /v1/gener");
            }
        }
    }

    @Test
    void pipelinedCallsAreAnsweredInOrder() throws IOException {
        service.orders.from(10);
        String next = "GET /v1/generators/orders/ids/next HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\n\r\n";
        try (RawHttp raw = new RawHttp(service.port())) {
            raw.send(next + next + next.replace("Host: x", "Host: x\r\nConnection: close"));
            String all = raw.untilClosed();
            assertThat(all).containsSubsequence("\r\n\r\n10", "\r\n\r\n11", "\r\n\r\n12");
        }
    }

    @Test
    void http10IsServed() throws IOException {
        assertThat(answer("GET /v1/generators/orders/ids/next HTTP/1.0\r\n\r\n"))
                .contains(" 200 OK")
                .contains("{\"id\":\"");
    }

    @Test
    void optionsOfTheWholeServerIsAnswered() throws IOException {
        assertThat(answer("OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 204")
                .contains("allow: DELETE, GET, HEAD, OPTIONS, POST, PUT");
    }
}
