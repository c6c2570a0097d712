package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.common.Deadline;
import dev.pawl.common.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executable jar as a process of its own. */
@Timeout(120)
@Tag("slow")
class ProcessIT {

    private static final Path JAR = Path.of("target", "pawl-idgen-server.jar").toAbsolutePath();

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private int port;

    @BeforeEach
    void freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PAWL_"));
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        Process process = builder.redirectError(directory.resolve("stderr").toFile())
                .redirectOutput(directory.resolve("stdout").toFile())
                .start();
        started.add(process);
        return process;
    }

    private Process serving() throws IOException {
        Process process = start(Map.of());
        Deadline deadline = Deadline.after(Duration.ofSeconds(60), Ticker.system());
        while (!ready()) {
            assertThat(process.isAlive() && !deadline.expired()).as(stderr()).isTrue();
            Thread.onSpinWait();
        }
        return process;
    }

    private boolean ready() {
        try {
            return new Rest(port).get("/readyz").status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private String stderr() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    private int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private List<String> ids(String generator, int count) {
        return new Rest(port)
                .postJson("/v1/generators/" + generator + "/ids", "{\"count\":" + count + "}", "Accept", "text/plain")
                .text()
                .lines()
                .toList();
    }

    @Test
    void aCleanStopLeavesNoGapAndEndsWithZero() throws Exception {
        Process first = serving();
        assertThat(ids("orders", 5)).containsExactly("1", "2", "3", "4", "5");
        long snowflake = Long.parseLong(ids("snowflake", 1).get(0));
        first.destroy();
        assertThat(exitCode(first)).isZero();
        assertThat(stderr().lines()).singleElement().asString().contains("Ids at http://127.0.0.1:" + port);
        Process second = serving();
        assertThat(ids("orders", 2)).containsExactly("6", "7");
        assertThat(Long.parseLong(ids("snowflake", 1).get(0))).isGreaterThan(snowflake);
        second.destroy();
        assertThat(exitCode(second)).isZero();
    }

    @Test
    void aKillNeverRepeatsAnId() throws Exception {
        Process first = serving();
        List<String> all = new ArrayList<>(ids("orders", 1500));
        all.addAll(ids("snowflake", 1500));
        all.addAll(ids("sonyflake", 100));
        first.destroyForcibly().waitFor();
        serving();
        all.addAll(ids("orders", 1500));
        all.addAll(ids("snowflake", 1500));
        all.addAll(ids("sonyflake", 100));
        assertThat(all).hasSize(6200).doesNotHaveDuplicates();
    }

    @Test
    void aSecondServiceOnTheSameFolderOrPortIsRefusedInOneLine() throws Exception {
        Process first = serving();
        int taken = port;
        freePort();
        Process sameFolder = start(Map.of());
        assertThat(exitCode(sameFolder)).isEqualTo(1);
        assertThat(stderr().lines())
                .singleElement()
                .asString()
                .startsWith("pawl: ")
                .contains("pawl.data=data");
        port = taken;
        Process samePort = start(Map.of("PAWL_DATA", "other"));
        assertThat(exitCode(samePort)).isEqualTo(1);
        assertThat(stderr().lines())
                .singleElement()
                .asString()
                .startsWith("pawl: cannot listen")
                .contains("" + taken);
        assertThat(first.isAlive()).isTrue();
        new Rest(taken).requireGoesOn();
    }

    @ParameterizedTest
    @CsvSource({
        "PORT,http,pawl.http.port=http",
        "PAWL_HTTP_HOST,0.0.0.0,pawl.http.host=0.0.0.0",
        "PAWL_HTPP_HOST,x,variable=PAWL_HTPP_HOST",
        "PAWL_CONFIG,none.yaml,file=none.yaml"
    })
    void aMistakeInTheConfigurationIsOneLineAndExitCodeTwo(String variable, String value, String named)
            throws Exception {
        assertThat(exitCode(start(Map.of(variable, value)))).isEqualTo(2);
        assertThat(stderr().lines())
                .singleElement()
                .asString()
                .startsWith("pawl: ")
                .contains(named);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"--port", "--config", "--new-key --help", "x"})
    void aMistakeOnTheCommandLineIsOneLineAndExitCodeTwo(String arguments) throws Exception {
        assertThat(exitCode(start(Map.of(), arguments.split(" ")))).isEqualTo(2);
        assertThat(stderr().lines())
                .singleElement()
                .asString()
                .startsWith("pawl: ")
                .contains("--help");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(directory.resolve("data"), "a file");
        assertThat(exitCode(start(Map.of()))).isEqualTo(1);
        assertThat(stderr().lines()).singleElement().asString().contains("pawl.data=data");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamedWithoutItsPassword() throws Exception {
        Process process = start(Map.of(
                "PAWL_STORE_URL", "jdbc:postgresql://127.0.0.1:1/ids?password=hidden",
                "PAWL_STORE_USER", "ids",
                "PAWL_STORE_PASSWORD", "hidden"));
        assertThat(exitCode(process)).isEqualTo(1);
        assertThat(stderr())
                .contains("pawl: the database must be reachable: pawl.store.url=jdbc:postgresql://127.0.0.1:1/ids");
        assertThat(stderr()).doesNotContain("hidden", "\tat ");
    }

    @Test
    void aUrlThatItsDriverDoesNotTakeIsNamedWithoutItsPassword() throws Exception {
        Process process =
                start(Map.of("PAWL_STORE_URL", "jdbc:postgresql://ids:hidden@127.0.0.1:x/ids?password=hidden"));
        assertThat(exitCode(process)).isEqualTo(2);
        assertThat(stderr())
                .contains("pawl: the driver must understand the URL: pawl.store.url=jdbc:postgresql://127.0.0.1:x/ids");
        assertThat(stderr()).doesNotContain("hidden", "\tat ");
    }

    @Test
    void aKeyIsMadeAndThenDemanded() throws Exception {
        assertThat(exitCode(start(Map.of(), "--new-key"))).isZero();
        List<String> lines = Files.readAllLines(directory.resolve("stdout"));
        String key = lines.get(0).replace("key:", "").strip();
        String sha256 = lines.get(1).replace("sha256:", "").strip();
        assertThat(HexFormat.of().formatHex(ApiKeys.hash(key))).isEqualTo(sha256);
        Files.writeString(directory.resolve("pawl.yaml"), """
                pawl:
                  http: {host: 0.0.0.0}
                  api-keys: [{name: test, sha256: %s}]
                  generators:
                    invoices: {kind: segment, first-id: 1000, max-id: 1002}
                """.formatted(sha256), StandardCharsets.UTF_8);
        serving();
        Rest rest = new Rest(port);
        assertThat(rest.get("/v1/generators/invoices/ids/next").status()).isEqualTo(401);
        String[] header = {"Authorization", "Bearer " + key, "Accept", "text/plain"};
        assertThat(rest.postJson("/v1/generators/invoices/ids", "{\"count\":3}", header)
                        .text())
                .isEqualTo("1000\n1001\n1002\n");
        assertThat(rest.get("/v1/generators/invoices/ids/next", header).problem())
                .isEqualTo("exhausted");
        assertThat(rest.get("/v1/generators/orders/ids/next", header).status()).isEqualTo(200);
    }
}
