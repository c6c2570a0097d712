package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsIT {

    private static final String NEXT = "/v1/generators/orders/ids/next";

    @TempDir
    static Path shared;

    private static PemFiles first;
    private static PemFiles second;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeCertificates() throws Exception {
        first = PemFiles.make(shared, "first", "RSA");
        second = PemFiles.make(shared, "second", "EC");
    }

    private static HttpClient client(PemFiles trusted) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted.trust());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        // It offers HTTP/2 too, which the service must not take.
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient client, int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + NEXT))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void idsAreServedOverTls(String algorithm) throws Exception {
        PemFiles files = algorithm.equals("RSA") ? first : second;
        try (TestService service = TestService.withTls(files.tls())) {
            HttpClient client = client(files);
            HttpResponse<String> answer = get(client, service.port());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).startsWith("{\"id\":\"");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            HttpRequest batch = HttpRequest.newBuilder(
                            URI.create("https://127.0.0.1:" + service.port() + "/v1/generators/orders/ids"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"count\":100000}"))
                    .build();
            HttpResponse<String> many = client.send(batch, BodyHandlers.ofString());
            assertThat(many.statusCode()).isEqualTo(201);
            assertThat(many.body().chars().filter(c -> c == ',').count()).isEqualTo(99_999);
        }
    }

    @Test
    void clearTextIsNotAnswered() throws Exception {
        try (TestService service = TestService.withTls(first.tls());
                RawHttp raw = new RawHttp(service.port())) {
            raw.send("GET " + NEXT + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(raw.untilClosed()).doesNotContain("HTTP/1.1");
            assertThat(get(client(first), service.port()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aNewCertificateIsShownOnceItsFilesHaveChanged() throws Exception {
        PemFiles files = PemFiles.make(directory, "served", "RSA");
        try (TestService service = TestService.withTls(files.tls())) {
            HttpClient old = client(files);
            assertThat(get(old, service.port()).statusCode()).isEqualTo(200);
            HttpClient renewed = client(second);
            assertThatThrownBy(() -> get(renewed, service.port())).isInstanceOf(SSLHandshakeException.class);
            // Between the two writes the files do not fit together, and a look at them changes nothing.
            Files.write(files.certificate(), Files.readAllBytes(second.certificate()));
            service.server.reloadTls();
            assertThatThrownBy(() -> get(renewed, service.port())).isInstanceOf(SSLHandshakeException.class);
            Files.write(files.key(), Files.readAllBytes(second.key()));
            service.server.reloadTls();
            Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());
            while (!accepted(renewed, service.port())) {
                assertThat(deadline.expired()).isFalse();
                Thread.onSpinWait();
            }
            assertThat(get(old, service.port()).statusCode())
                    .as("an open connection goes on")
                    .isEqualTo(200);
        }
    }

    @Test
    void filesThatDoNotFitTogetherAreRefusedOnceAndUsedWhenTheyDo() throws Exception {
        PemFiles files = PemFiles.make(directory, "written", "RSA");
        PemFiles next = PemFiles.make(directory, "next", "RSA");
        Tls tls = files.tls();
        assertThat(tls.changed()).isEmpty();
        Files.write(files.certificate(), Files.readAllBytes(next.certificate()));
        assertThatThrownBy(tls::changed)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("must be the key of the certificate");
        assertThat(tls.changed()).as("said once").isEmpty();
        Files.write(files.key(), Files.readAllBytes(next.key()));
        assertThat(tls.changed()).isPresent();
    }

    private static boolean accepted(HttpClient client, int port) throws InterruptedException {
        try {
            return get(client, port).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void aFileThatIsNotWhatItMustBeIsNamed() throws Exception {
        Path certificate = first.certificate();
        Path key = first.key();
        Path none = directory.resolve("none.pem");
        Path garbage = Files.writeString(directory.resolve("garbage.pem"), "garbage");
        Path broken = Files.writeString(
                directory.resolve("broken.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Path locked = Files.writeString(
                directory.resolve("locked.pem"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        requireRefused(none, key, "pawl.http.tls.certificate must be a file", none);
        requireRefused(directory, key, "pawl.http.tls.certificate must be a file", directory);
        requireRefused(certificate, none, "pawl.http.tls.key must be a file", none);
        requireRefused(garbage, key, "pawl.http.tls.certificate must hold PEM certificates", garbage);
        requireRefused(key, key, "pawl.http.tls.certificate must hold PEM certificates", key);
        requireRefused(certificate, garbage, "pawl.http.tls.key must hold a PKCS#8 key", garbage);
        requireRefused(certificate, certificate, "pawl.http.tls.key must hold a PKCS#8 key", certificate);
        requireRefused(certificate, locked, "without a password", locked);
        requireRefused(certificate, broken, "pawl.http.tls.key must be the key of the certificate", broken);
        requireRefused(certificate, second.key(), "pawl.http.tls.key must be the key of the certificate", second.key());
        PemFiles third = PemFiles.make(directory, "third", "RSA");
        requireRefused(certificate, third.key(), "pawl.http.tls.key must be the key of the certificate", third.key());
    }

    private static void requireRefused(Path certificate, Path key, String rule, Path named) {
        assertThatThrownBy(() -> new Tls(certificate, key)).isInstanceOfSatisfying(StartException.class, e -> {
            assertThat(e.exitCode()).isEqualTo(2);
            assertThat(e.getMessage()).contains(rule).endsWith("=" + named).doesNotContain("\n", "Exception");
        });
    }
}
