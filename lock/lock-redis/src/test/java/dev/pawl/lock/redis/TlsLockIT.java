package dev.pawl.lock.redis;

import dev.pawl.redis.Redis;
import dev.pawl.redis.lettuce.LettuceRedis;
import dev.pawl.servers.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** One Redis over TLS, whose certificate and host name the client checks. */
@Tag("slow")
final class TlsLockIT extends RedisLockContract {

    private static final String PASSWORD = "password";

    @TempDir
    private static Path folder;

    private static RedisProcess server;
    private static RedisClient client;
    private static LettuceRedis redis;

    @BeforeAll
    static void connect() throws Exception {
        Path store = folder.resolve("store.p12");
        makeCertificate(store);
        int port = freePort();
        server = RedisProcess.create(
                "tls-port " + port,
                "tls-cert-file " + pem(store, "cert.pem", "CERTIFICATE"),
                "tls-key-file " + pem(store, "key.pem", "PRIVATE KEY"),
                "tls-ca-cert-file " + folder.resolve("cert.pem"),
                "tls-auth-clients no");
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.FULL)
                .build();
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .truststore(store.toFile(), PASSWORD)
                        .build())
                .build());
        redis = LettuceRedis.of(client, uri, Patience.TIMEOUT);
    }

    @AfterAll
    static void close() {
        try (RedisProcess ended = server) {
            redis.close();
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Override
    Redis redis() {
        return redis;
    }

    private static void makeCertificate(Path store) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "redis",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool must make a certificate: status=" + keytool.exitValue());
        }
    }

    private static Path pem(Path store, String name, String what) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        byte[] encoded = what.equals("CERTIFICATE")
                ? keys.getCertificate("redis").getEncoded()
                : keys.getKey("redis", PASSWORD.toCharArray()).getEncoded();
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END "
                        + what + "-----\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
