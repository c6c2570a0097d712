package dev.pawl.idgen.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.idgen.layout.IdLayout;
import dev.pawl.idgen.snowflake.ClockPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

    private static final String HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    Path directory;

    private ServiceConfig load(String yaml, Map<String, String> environment) throws IOException {
        Files.writeString(directory.resolve("pawl.yaml"), yaml);
        return ConfigLoader.load(Optional.empty(), environment, directory);
    }

    @Test
    void withoutAnyConfigurationThereAreThreeGeneratorsOnLoopback() {
        ServiceConfig config = ConfigLoader.load(Optional.empty(), Map.of("PATH", "/bin"), directory);
        assertThat(config.http().host()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(8080);
        assertThat(config.data()).isEqualTo(directory.resolve("data"));
        assertThat(config.store()).isEmpty();
        assertThat(config.apiKeys()).isEmpty();
        assertThat(config.http().tls()).isEmpty();
        assertThat(config.http().accessLog()).isFalse();
        assertThat(config.http().dropIn()).isEqualTo(DropIn.NONE);
        assertThat(config.generators())
                .extracting(GeneratorConfig::name)
                .containsExactly("orders", "snowflake", "sonyflake");
    }

    @Test
    void everyKeyIsRead() throws IOException {
        ServiceConfig config = load("""
                pawl:
                  http: {host: 0.0.0.0, port: 9090, insecure: false, idle-timeout: 5s, body-timeout: PT3S, drain-timeout: 1m, access-log: true}
                  data: elsewhere
                  drop-in: {leaf: true}
                  built-in: false
                  store: {url: "jdbc:postgresql://db/ids", user: ids, password: "p${a}:#"}
                  api-keys:
                    - {name: shop, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}
                  generators:
                    invoices:
                      kind: segment
                      tag: billing.invoices
                      first-id: 1000
                      max-id: 999999
                      step: {floor: 10, ceiling: 100}
                      target-duration: 1m
                      max-wait: 500ms
                    events:
                      kind: snowflake
                      layout: {fields: ["tick:42", "region:3", "worker:6", "sequence:12"], tick-length: 2ms, epoch: "2026-01-01T00:00:00Z"}
                      lease: {space: shared, hint: 17, window: 30s}
                      max-ahead: 20
                      clock-policy: fail
                    web:
                      kind: snowflake
                      layout: {preset: javascript}
                      worker-id: 3
                """, Map.of());
        assertThat(config.http())
                .isEqualTo(new HttpSettings(
                        "0.0.0.0",
                        9090,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(1),
                        Optional.empty(),
                        true,
                        new DropIn(true, false)));
        assertThat(config.store()).contains(new ServiceConfig.Database("jdbc:postgresql://db/ids", "ids", "p${a}:#"));
        assertThat(config.apiKeys()).hasSize(1);
        assertThat(config.generators()).extracting(GeneratorConfig::name).containsExactly("events", "invoices", "web");
        GeneratorConfig.Snowflake events =
                (GeneratorConfig.Snowflake) config.generators().get(0);
        assertThat(events.layout().fingerprint())
                .isEqualTo("tick:42,worker=region:3,worker=worker:6,sequence:12;PT0.002S;2026-01-01T00:00:00Z");
        assertThat(events.workers().hint()).hasValue(17);
        assertThat(events.workers().space()).isEqualTo("shared");
        assertThat(events.clockPolicy()).isEqualTo(ClockPolicy.FAIL);
        GeneratorConfig.Segment invoices =
                (GeneratorConfig.Segment) config.generators().get(1);
        assertThat(invoices.tag().maxId()).isEqualTo(999_999);
        assertThat(invoices.ceiling()).isEqualTo(100);
        GeneratorConfig.Snowflake web =
                (GeneratorConfig.Snowflake) config.generators().get(2);
        assertThat(web.layout()).isEqualTo(IdLayout.JAVASCRIPT);
        assertThat(web.workers().fixed()).hasValue(3);
    }

    @Test
    void theEnvironmentStandsAboveTheFile() throws IOException {
        String yaml = "pawl: {http: {port: 1000}, generators: {invoices: {kind: segment, max-id: 5}}}";
        assertThat(load(yaml, Map.of()).http().port()).isEqualTo(1000);
        assertThat(load(yaml, Map.of("PORT", "2000")).http().port()).isEqualTo(2000);
        assertThat(load(yaml, Map.of("PORT", "2000", "PAWL_HTTP_PORT", "3000"))
                        .http()
                        .port())
                .isEqualTo(3000);
        ServiceConfig config = load(yaml, Map.of("PAWL_GENERATORS_INVOICES_MAX_ID", "9", "PAWL_DATA", "d"));
        assertThat(config.data()).isEqualTo(directory.resolve("d"));
        assertThat(((GeneratorConfig.Segment) config.generators().get(3)).tag().maxId())
                .isEqualTo(9);
    }

    @Test
    void aGeneratorCanComeFromTheEnvironmentAlone() {
        ServiceConfig config = ConfigLoader.load(
                Optional.empty(),
                Map.of("PAWL_GENERATORS_INVOICES_KIND", "segment", "PAWL_GENERATORS_INVOICES_STEP_FLOOR", "7"),
                directory);
        GeneratorConfig.Segment invoices =
                (GeneratorConfig.Segment) config.generators().get(3);
        assertThat(invoices.name()).isEqualTo("invoices");
        assertThat(invoices.floor()).isEqualTo(7);
    }

    @Test
    void apiKeysCanComeFromTheEnvironment() {
        String hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        ServiceConfig config = ConfigLoader.load(
                Optional.empty(),
                Map.of("PAWL_API_KEYS_0__NAME", "shop", "PAWL_API_KEYS_0__SHA256", hash, "PAWL_HTTP_HOST", "0.0.0.0"),
                directory);
        assertThat(config.apiKeys()).hasSize(1);
    }

    @Test
    void aKeyReadsAllIdsUnlessToldOtherwise() throws IOException {
        Key plain = key("");
        assertThat(plain.has(Scope.IDS_READ)).isTrue();
        assertThat(plain.has(Scope.TAGS_WRITE)).isFalse();
        assertThat(plain.has(Scope.ADMIN_READ)).isFalse();
        assertThat(plain.reaches("anything")).isTrue();
        assertThat(plain.limit()).isEmpty();
        Key told = key(", scopes: ['tags:write', 'admin:read'], tags: [orders, 'shop.*'], rate-limit: {per-second: 7}");
        assertThat(told.has(Scope.IDS_READ)).isFalse();
        assertThat(told.has(Scope.TAGS_WRITE)).isTrue();
        assertThat(told.has(Scope.ADMIN_READ)).isTrue();
        assertThat(told.reaches("orders")).isTrue();
        assertThat(told.reaches("shop.a")).isTrue();
        assertThat(told.reaches("shop")).isFalse();
        assertThat(told.limit().orElseThrow().perSecond()).isEqualTo(7);
    }

    @Test
    void aKeyOfTheEnvironmentHasItsScopesAndNames() {
        ServiceConfig config = ConfigLoader.load(
                Optional.empty(),
                Map.of(
                        "PAWL_API_KEYS_0__NAME", "shop",
                        "PAWL_API_KEYS_0__SHA256", HASH,
                        "PAWL_API_KEYS_0__SCOPES", "ids:read,admin:read",
                        "PAWL_API_KEYS_0__TAGS", "orders,shop*",
                        "PAWL_API_KEYS_0__RATE_LIMIT_PER_SECOND", "9"),
                directory);
        Key key = config.apiKeys().get(0);
        assertThat(key.has(Scope.ADMIN_READ)).isTrue();
        assertThat(key.reaches("other")).isFalse();
        assertThat(key.limit().orElseThrow().perSecond()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "orders,", "orders,,x"})
    void anEmptyGrantInTheEnvironmentIsNotTakenForTheUsualOne(String value) {
        for (String grant : List.of("TAGS", "SCOPES")) {
            Map<String, String> environment = Map.of(
                    "PAWL_API_KEYS_0__NAME",
                    "shop",
                    "PAWL_API_KEYS_0__SHA256",
                    HASH,
                    "PAWL_API_KEYS_0__" + grant,
                    value);
            assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), environment, directory))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("must not be empty");
        }
    }

    private Key key(String more) throws IOException {
        return load("pawl: {api-keys: [{name: a, sha256: " + HASH + more + "}]}", Map.of())
                .apiKeys()
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scopes: ['ids:write']|scopes=ids:write",
                "scopes: [IDS_READ]|scopes=IDS_READ",
                "scopes: []|scopes",
                "scopes: ['']|scopes",
                "scopes:|scopes",
                "tags: []|tags",
                "tags: ['']|tags",
                "tags:|tags",
                "tags: ['a*b']|tags=a*b",
                "tags: ['**']|tags=**",
                "tags: ['a b']|tags=a b",
                "tag: [a]|key=pawl.api-keys[0].tag",
                "rate-limit: {per-second: 0}|rate-limit.per-second=0",
                "rate-limit: {per-second: -1}|rate-limit.per-second=-1",
                "rate-limit: {per-second: 1000001}|rate-limit.per-second=1000001",
                "rate-limit: {per-second: 0.5}|rate-limit.per-second=0.5",
                "rate-limit: {per-second: 1, burst: 0}|rate-limit.burst=0",
                "rate-limit: {burst: 5}|rate-limit.per-second",
                "rate-limit: 5|rate-limit"
            })
    void aMistakeInAKeyIsNamedAndNeverWidensIt(String more) {
        String[] parts = more.split("\\|");
        assertThatThrownBy(() -> key(", " + parts[0])).isInstanceOfSatisfying(StartException.class, e -> {
            assertThat(e.exitCode()).isEqualTo(2);
            assertThat(e.getMessage()).contains(parts[1]).doesNotContain("\n", "SRCFG", "Exception");
        });
    }
}
